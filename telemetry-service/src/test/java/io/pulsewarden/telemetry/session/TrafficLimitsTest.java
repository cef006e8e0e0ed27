package io.pulsewarden.telemetry.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TrafficLimitsTest {

  private static final UUID ORGANISATION = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final String PREFIX = "pulsewarden.mqtt.traffic.";

  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-23T12:00:00Z"));
  private final TrafficLimits limits =
      new TrafficLimits(
          TestSessions.settings(
              Map.of(
                  PREFIX + "device-messages-per-second", "2",
                  PREFIX + "device-bytes-per-second", "100",
                  PREFIX + "organisation-messages-per-second", "3",
                  PREFIX + "organisation-bytes-per-second", "1000",
                  PREFIX + "device-quarantined-per-second", "1",
                  PREFIX + "burst", "1s")),
          clock);

  @Test
  void shouldLetADeviceSendAtItsRateAndNotFaster() {
    TrafficLimits.OfSession session = limits.session(ORGANISATION);

    assertThat(session.published(1)).isEmpty();
    assertThat(session.published(1)).isEmpty();
    assertThat(session.published(1)).contains(CloseReason.MESSAGE_RATE_TOO_HIGH);
    clock.forward(Duration.ofMillis(500));
    assertThat(session.published(1)).isEmpty();
  }

  @Test
  void shouldCountBytesToo() {
    TrafficLimits.OfSession session = limits.session(ORGANISATION);

    assertThat(session.published(101)).contains(CloseReason.MESSAGE_RATE_TOO_HIGH);
    clock.forward(Duration.ofSeconds(1));
    assertThat(session.published(100)).isEmpty();
  }

  @Test
  void shouldShareAnOrganisationsLimitAmongItsDevicesAndNoOthers() {
    Optional<CloseReason> quota = Optional.of(CloseReason.QUOTA_EXCEEDED);
    for (int i = 0; i < 3; i++) {
      assertThat(limits.session(ORGANISATION).published(1)).isEmpty();
    }

    assertThat(limits.session(ORGANISATION).published(1)).isEqualTo(quota);
    assertThat(limits.session(UUID.randomUUID()).published(1)).isEmpty();
  }

  @Test
  void shouldLimitWhatADeviceBringsIntoQuarantine() {
    TrafficLimits.OfSession session = limits.session(ORGANISATION);

    assertThat(session.quarantined()).isEmpty();
    assertThat(session.quarantined()).contains(CloseReason.QUOTA_EXCEEDED);
    assertThat(limits.session(ORGANISATION).quarantined()).isEmpty();
  }

  @Test
  void shouldGiveNothingForAClockThatIsSetBack() {
    TrafficLimits.OfSession session = limits.session(ORGANISATION);
    assertThat(session.published(1)).isEmpty();
    assertThat(session.published(1)).isEmpty();

    clock.forward(Duration.ofHours(-1));

    assertThat(session.published(1)).contains(CloseReason.MESSAGE_RATE_TOO_HIGH);
  }
}
