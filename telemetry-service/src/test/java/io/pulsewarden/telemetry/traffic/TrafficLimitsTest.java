package io.pulsewarden.telemetry.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.telemetry.traffic.TrafficLimits.Excess;
import io.pulsewarden.telemetry.traffic.TrafficLimits.OfSession;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TrafficLimitsTest {

  private static final UUID ORGANISATION = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final UUID DEVICE = UUID.fromString("3f0c1c2e-0d4e-4b58-9d3c-5f5a3b8f0a11");

  /** Stands until it is moved. */
  private static final class StandingClock extends Clock {
    private Instant now = Instant.parse("2026-11-23T12:00:00Z");

    private void forward(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private final StandingClock clock = new StandingClock();
  private final TrafficLimits limits =
      new TrafficLimits(
          new Rates(
              new Rates.OfDevice(2, 100, 4, 3, 2),
              new Rates.OfOrganisation(3, 1_000, 6),
              Duration.ofSeconds(1)),
          clock);

  @Test
  void shouldLetADeviceSendAtItsRateAndNotFaster() {
    OfSession session = limits.session(DEVICE, ORGANISATION);

    assertThat(session.published(1)).isEmpty();
    assertThat(session.published(1)).isEmpty();
    assertThat(session.published(1)).contains(Excess.DEVICE);
    clock.forward(Duration.ofMillis(500));
    assertThat(session.published(1)).isEmpty();
  }

  @Test
  void shouldCountBytesToo() {
    OfSession session = limits.session(DEVICE, ORGANISATION);

    assertThat(session.published(101)).contains(Excess.DEVICE);
    clock.forward(Duration.ofSeconds(1));
    assertThat(session.published(100)).isEmpty();
  }

  @Test
  void shouldShareAnOrganisationsLimitAmongItsDevicesAndNoOthers() {
    for (int i = 0; i < 3; i++) {
      assertThat(another(ORGANISATION).published(1)).isEmpty();
    }

    assertThat(another(ORGANISATION).published(1)).contains(Excess.ORGANISATION);
    assertThat(another(UUID.randomUUID()).published(1)).isEmpty();
    assertThat(limits.organisation(ORGANISATION).published(1)).isFalse();
  }

  @Test
  void shouldShareAnOrganisationsBytesToo() {
    assertThat(limits.organisation(ORGANISATION).published(901)).isTrue();

    assertThat(another(ORGANISATION).published(100)).contains(Excess.ORGANISATION);
  }

  @Test
  void shouldGiveADeviceNothingForConnectingAnew() {
    OfSession first = limits.session(DEVICE, ORGANISATION);
    assertThat(first.published(1)).isEmpty();
    assertThat(first.published(1)).isEmpty();
    assertThat(first.quarantined(4)).isTrue();
    first.closed();

    OfSession again = limits.session(DEVICE, ORGANISATION);

    assertThat(again.published(1)).contains(Excess.DEVICE);
    assertThat(again.quarantined(1)).isFalse();
  }

  @Test
  void shouldForgetADeviceOnceItHasAllOfItsLimitsAgainAndNotBefore() {
    OfSession session = limits.session(DEVICE, ORGANISATION);
    assertThat(session.published(1)).isEmpty();
    clock.forward(Duration.ofMinutes(2));
    assertThat(limits.mayConnect(UUID.randomUUID())).isTrue();
    assertThat(limits.devices()).as("it has a session").isEqualTo(2);

    assertThat(session.quarantined(1_000)).isTrue();
    session.closed();
    clock.forward(Duration.ofSeconds(70));
    assertThat(limits.mayConnect(UUID.randomUUID())).isTrue();
    assertThat(limits.devices()).as("it owes").isEqualTo(2);

    clock.forward(Duration.ofMinutes(10));
    assertThat(limits.mayConnect(UUID.randomUUID())).isTrue();
    assertThat(limits.devices()).isEqualTo(1);
  }

  @Test
  void shouldLetOneThroughThatIsLargerThanTheBurstAndThenMakeItWait() {
    OfSession session = limits.session(DEVICE, ORGANISATION);

    assertThat(session.quarantined(40)).isTrue();
    clock.forward(Duration.ofSeconds(8));
    assertThat(session.quarantined(1)).as("36 of it are owed at 4 a second").isFalse();
    clock.forward(Duration.ofSeconds(2));
    assertThat(session.quarantined(1)).isTrue();
  }

  @Test
  void shouldShareAnOrganisationsQuarantine() {
    assertThat(another(ORGANISATION).quarantined(4)).isTrue();
    assertThat(another(ORGANISATION).quarantined(4)).isFalse();
    assertThat(limits.organisation(ORGANISATION).quarantined(2)).isTrue();
  }

  @Test
  void shouldCountConnectsOfOneDeviceAndSayThatOnceAMinute() {
    assertThat(limits.mayConnect(DEVICE)).isTrue();
    assertThat(limits.mayConnect(DEVICE)).isTrue();
    assertThat(limits.mayConnect(DEVICE)).isFalse();
    assertThat(limits.mayConnect(UUID.randomUUID())).isTrue();

    assertThat(limits.isNews(DEVICE)).isTrue();
    assertThat(limits.isNews(DEVICE)).isFalse();
    clock.forward(Duration.ofMinutes(1));
    assertThat(limits.isNews(DEVICE)).isTrue();
    assertThat(limits.mayConnect(DEVICE)).isTrue();
  }

  @Test
  void shouldCountRefusedConnectsByTheirCertificateAloneAndForgetThem() {
    for (int i = 0; i < 2; i++) {
      assertThat(limits.mayTellOfRefused("old")).isTrue();
    }
    assertThat(limits.mayTellOfRefused("old")).isFalse();
    assertThat(limits.mayTellOfRefused("another")).isTrue();
    assertThat(limits.mayConnect(DEVICE)).isTrue();
    assertThat(limits.refused()).isEqualTo(2);

    clock.forward(Duration.ofMinutes(2));
    assertThat(limits.mayConnect(DEVICE)).isTrue();
    assertThat(limits.refused()).isZero();
  }

  @Test
  void shouldTakeNothingOfADeviceForWhatItsOrganisationMayNot() {
    OfSession session = limits.session(DEVICE, ORGANISATION);
    assertThat(limits.organisation(ORGANISATION).quarantined(6)).isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(limits.organisation(ORGANISATION).published(1)).isTrue();
    }

    for (int i = 0; i < 3; i++) {
      assertThat(session.quarantined(4)).isFalse();
      assertThat(session.published(90)).contains(Excess.ORGANISATION);
    }

    // All that the device has at once is there as soon as its organisation has it.
    clock.forward(Duration.ofMillis(700));
    assertThat(session.quarantined(4)).isTrue();
    assertThat(session.published(90)).isEmpty();
  }

  @Test
  void shouldTakeNoMessageOfADeviceForBytesThatItMayNotSend() {
    OfSession session = limits.session(DEVICE, ORGANISATION);

    for (int i = 0; i < 5; i++) {
      assertThat(session.published(101)).contains(Excess.DEVICE);
      assertThat(limits.organisation(ORGANISATION).published(1_001)).isFalse();
    }

    assertThat(session.published(50)).isEmpty();
    assertThat(session.published(50)).isEmpty();
  }

  @Test
  void shouldCountSubscriptions() {
    OfSession session = limits.session(DEVICE, ORGANISATION);

    assertThat(session.subscribed(3)).isTrue();
    assertThat(session.subscribed(1)).isFalse();
  }

  @Test
  void shouldGiveNothingForAClockThatIsSetBack() {
    OfSession session = limits.session(DEVICE, ORGANISATION);
    assertThat(session.published(1)).isEmpty();
    assertThat(session.published(1)).isEmpty();

    clock.forward(Duration.ofHours(-1));

    assertThat(session.published(1)).contains(Excess.DEVICE);
  }

  @Test
  void shouldRefuseALimitOfNothing() {
    assertThatThrownBy(() -> new Rates.OfOrganisation(0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private OfSession another(UUID organisation) {
    return limits.session(UUID.randomUUID(), organisation);
  }
}
