package io.pulsewarden.simulator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.simulator.SimulatorException;
import io.pulsewarden.simulator.TestAuthority;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {

  private static final UUID DEVICE = UUID.fromString("7d5b0a4e-4f0e-4c3c-9d5a-0d8a4f1c2b3a");

  @TempDir private Path folder;

  @Test
  void shouldGiveBackTheSameDeviceAfterARestart() {
    DeviceIdentity identity = TestAuthority.root().device(DEVICE);
    try (StateFolder state = StateFolder.open(folder.resolve("state"))) {
      DeviceSlot slot = state.slot("load-00001");
      slot.registered(DEVICE, "claim");
      slot.enrolled(identity);
    }

    try (StateFolder state = StateFolder.open(folder.resolve("state"))) {
      DeviceSlot slot = state.slot("load-00001");
      assertThat(slot.identity()).contains(identity);
      assertThat(slot.claim()).isEmpty();
    }
  }

  @Test
  void shouldRememberTheClaimUntilTheDeviceIsEnrolled() {
    try (StateFolder state = StateFolder.open(folder.resolve("state"))) {
      state.slot("load-00001").registered(DEVICE, "claim");

      DeviceSlot again = state.slot("load-00001");

      assertThat(again.device()).contains(DEVICE);
      assertThat(again.claim()).contains("claim");
      assertThat(again.identity()).isEmpty();
    }
  }

  @Test
  void shouldLetNobodyElseReadADevice() throws Exception {
    try (StateFolder state = StateFolder.open(folder.resolve("state"))) {
      DeviceSlot slot = state.slot("load-00001");
      slot.registered(DEVICE, "claim");
      slot.enrolled(TestAuthority.root().device(DEVICE));
    }

    try (Stream<Path> files = Files.list(folder.resolve("state/load-00001"))) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(3);
      for (Path each : all) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
            .isEqualTo("rw-------");
      }
    }
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("state"))))
        .isEqualTo("rwx------");
  }

  @Test
  void shouldBelongToOneSimulatorAtATime() {
    try (StateFolder first = StateFolder.open(folder.resolve("state"))) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> StateFolder.open(folder.resolve("state")))
          .isInstanceOf(SimulatorException.class)
          .hasMessageContaining("another simulator");
    }
  }
}
