package io.pulsewarden.platform.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.platform.PlatformException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {

  private static final Set<Port> NONE = Set.of();

  @TempDir Path folder;
  private DataFolder data;

  @BeforeEach
  void prepare() throws Exception {
    data = new DataFolder(folder.resolve("data"));
    data.prepare();
  }

  @Test
  void shouldChooseDifferentFreePortsAndKeepThem() throws Exception {
    Ports chosen = Ports.choose(data, true, NONE);

    assertThat(Arrays.stream(Port.values()).map(chosen::of).distinct())
        .hasSize(Port.values().length);
    assertThat(Ports.choose(data, false, NONE).of(Port.MQTT)).isEqualTo(chosen.of(Port.MQTT));
    assertThat(Ports.of(data).of(Port.KAFKA)).isEqualTo(chosen.of(Port.KAFKA));
  }

  @Test
  void shouldSayWhichPortIsTaken() throws Exception {
    Ports chosen = Ports.choose(data, true, NONE);
    try (ServerSocket other = listen(chosen.of(Port.MQTT))) {
      assertThatThrownBy(() -> Ports.choose(data, false, NONE))
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("port " + other.getLocalPort() + " (mqtt)")
          .hasMessageContaining("--free-ports");
    }
  }

  @Test
  void shouldReplaceATakenPortIfAskedTo() throws Exception {
    Ports chosen = Ports.choose(data, true, NONE);
    try (ServerSocket other = listen(chosen.of(Port.MQTT))) {
      Ports again = Ports.choose(data, true, NONE);

      assertThat(again.of(Port.MQTT)).isNotEqualTo(other.getLocalPort());
      assertThat(again.of(Port.KAFKA)).isEqualTo(chosen.of(Port.KAFKA));
    }
  }

  @Test
  void shouldNotTakeOurOwnRunningPartForAnotherProgram() throws Exception {
    Ports chosen = Ports.choose(data, true, NONE);
    try (ServerSocket own = listen(chosen.of(Port.MQTT))) {
      Ports again = Ports.choose(data, true, Set.of(Port.MQTT));

      assertThat(again.of(Port.MQTT)).isEqualTo(own.getLocalPort());
    }
  }

  private static ServerSocket listen(int port) throws Exception {
    ServerSocket socket = new ServerSocket();
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    return socket;
  }
}
