package io.pulsewarden.registry.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LifecycleTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  @ParameterizedTest
  @EnumSource(
      value = Lifecycle.class,
      names = {"QUARANTINED", "LOST", "DECOMMISSIONED", "PROCURED"})
  void shouldNeitherEnrolNorConnectWhatIsCutOff(Lifecycle state) {
    assertThat(state.mayEnrol()).isFalse();
    assertThat(state.mayConnect()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Lifecycle.class)
  void shouldDecommissionAnythingAndBringNothingBack(Lifecycle state) {
    assertThat(state.mayBecome(Lifecycle.DECOMMISSIONED)).isTrue();
    assertThat(Lifecycle.DECOMMISSIONED.mayBecome(state))
        .isEqualTo(state == Lifecycle.DECOMMISSIONED);
  }

  @Test
  void shouldRefuseAStepThatTheTableLacks() {
    DeviceEntity device =
        new DeviceEntity(
            UUID.randomUUID(),
            UUID.randomUUID(),
            new DeviceDescription("s", "m", "a", null, DeviceKind.SENSOR, false),
            NOW);

    assertThatThrownBy(() -> device.become(Lifecycle.ACTIVE))
        .isInstanceOf(IllegalStateException.class);
    assertThat(device.lifecycle()).isEqualTo(Lifecycle.REGISTERED);
  }

  @Test
  void shouldJudgeAClaimByItsTimes() {
    ClaimEntity claim =
        new ClaimEntity(
            UUID.randomUUID(),
            UUID.randomUUID(),
            "0".repeat(64),
            NOW,
            NOW.plus(Duration.ofHours(1)));

    assertThat(claim.standing().brokenRule(NOW.plusSeconds(3599))).isEmpty();
    assertThat(claim.standing().brokenRule(NOW.plusSeconds(3600))).contains(ClaimRule.EXPIRED);
  }
}
