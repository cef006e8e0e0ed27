package io.pulsewarden.telemetry.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.devicefeed.Lifecycle;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BrokerAdmissionTest {

  private static final Instant NOW = Instant.parse("2027-01-15T08:00:00Z");

  private final UUID gateway = UUID.randomUUID();
  private final UUID organisation = UUID.randomUUID();
  private final BridgedBroker broker =
      new BridgedBroker(
          "site",
          "ssl://localhost:1",
          gateway,
          organisation,
          new TopicPattern("{device}"),
          "pulsewarden",
          "site",
          1,
          1,
          1,
          Duration.ofDays(1));
  private final DeviceDirectory directory = new DeviceDirectory();
  private final FeedFreshness freshness = TestDevices.freshness(Clock.fixed(NOW, ZoneOffset.UTC));
  private final BrokerAdmission admission = new BrokerAdmission(directory, freshness);

  @BeforeEach
  void hear() {
    TestDevices.heard(freshness, NOW);
  }

  @ParameterizedTest
  @EnumSource(Lifecycle.class)
  void shouldAdmitAGatewayInTheStatesInWhichOthersAreSpokenFor(Lifecycle lifecycle) {
    TestDevices.put(directory, TestDevices.inState(gateway, organisation, lifecycle));

    assertThat(admission.toOpen(broker) instanceof Standing.Good)
        .isEqualTo(lifecycle.mayBeSpokenFor());
    assertThat(admission.toStay(broker) instanceof Standing.Good)
        .isEqualTo(lifecycle.mayBeSpokenFor());
  }

  @Test
  void shouldRefuseAGatewayThatIsNotThereOrOfAnotherOrganisation() {
    assertThat(admission.toOpen(broker)).isEqualTo(new Standing.Lost(EndReason.GATEWAY_UNKNOWN));
    TestDevices.put(directory, TestDevices.active(gateway, UUID.randomUUID()));
    assertThat(admission.toOpen(broker))
        .isEqualTo(new Standing.Lost(EndReason.GATEWAY_OF_ANOTHER_ORGANISATION));
  }

  @Test
  void shouldOpenNothingOnAStaleFeedAndCloseOnAnOlderOne() {
    TestDevices.put(directory, TestDevices.active(gateway, organisation));
    FeedFreshness stale = TestDevices.freshness(Clock.fixed(NOW.plusSeconds(60), ZoneOffset.UTC));
    TestDevices.heard(stale, NOW);
    FeedFreshness dead = TestDevices.freshness(Clock.fixed(NOW.plusSeconds(1_000), ZoneOffset.UTC));
    TestDevices.heard(dead, NOW);

    Standing.Lost lost = new Standing.Lost(EndReason.FEED_STALE);
    assertThat(new BrokerAdmission(directory, stale).toOpen(broker)).isEqualTo(lost);
    assertThat(new BrokerAdmission(directory, stale).toStay(broker))
        .isInstanceOf(Standing.Good.class);
    assertThat(new BrokerAdmission(directory, dead).toStay(broker)).isEqualTo(lost);
  }
}
