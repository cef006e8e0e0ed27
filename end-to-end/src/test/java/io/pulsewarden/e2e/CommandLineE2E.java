package io.pulsewarden.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.e2e.Command.Running;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a newcomer and an operator type, and what they are answered. */
@ExtendWith(PlatformExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(4)
class CommandLineE2E {

  private static final Pattern LOG_IN = Pattern.compile("Log in at (https://\\S+)\\s");

  private final Platform platform;

  CommandLineE2E(Platform platform) {
    this.platform = platform;
  }

  @Test
  @Order(1)
  void shouldTellWhatRuns() {
    CommandResult status = platform.script("status").orFail();

    assertThat(status.output())
        .contains("telemetry-service", "device-registry-service", "audit-service", "kafka");
  }

  @Test
  @Order(2)
  void shouldTakeASecondUpAsNothingToDo() {
    CommandResult second = platform.script("up", "--detach", "--no-demo").orFail();

    assertThat(second.output()).contains("runs already");
  }

  @Test
  @Order(3)
  void shouldNameAPortInUseAndLeaveNothingRunning() throws IOException {
    Path data = Files.createTempDirectory("second").resolve("data");
    try (ServerSocket taken = new ServerSocket()) {
      take(taken, 8442);
      CommandResult up =
          Command.of(Platform.ROOT.resolve("pulsewarden").toString(), "up", "--detach")
              .with("--no-demo", "--data", data.toString())
              .environment("PULSEWARDEN_BUILD", "never")
              .run();

      assertThat(up.exitCode()).isEqualTo(1);
      // After the line that says where it starts, one that says why it does not.
      assertThat(up.output()).hasLineCount(2).contains("starting on " + data);
      assertThat(up.output().lines())
          .last()
          .asString()
          .matches("pulsewarden: port \\d{4} \\(\\S+\\) is used by another program; .*");
      try (Stream<Path> processes = Files.list(data.resolve("run"))) {
        assertThat(processes).isEmpty();
      }
    }
  }

  private static void take(ServerSocket socket, int port) throws IOException {
    try {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (BindException somebodyElseHasIt) {
      // As good: it is taken.
      assertThat(somebodyElseHasIt).isNotNull();
    }
  }

  @Test
  @Order(4)
  void shouldKeepSecretsToTheOwner() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(platform.data())))
        .isEqualTo("rwx------");
    Path users = Path.of(platform.address("PW_DEMO_USERS_FILE"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(users)))
        .isEqualTo("rw-------");
  }

  @Test
  @Order(5)
  void shouldVerifyTheLogAndFindATamperedCopy() {
    CommandResult good = platform.script("verify", "--as", "auditor").orFail();
    assertThat(good.output()).contains("GOOD");

    CommandResult tampered = platform.script("verify", "--tamper", "--as", "auditor").orFail();
    assertThat(tampered.output()).contains("WRONG", "did not stay hidden");
  }

  @Test
  @Order(6)
  void shouldShowTheEndOfAServicesLog() throws IOException {
    CommandResult end = platform.script("logs", "kafka", "--lines", "3").orFail();
    CommandResult unknown = platform.script("logs", "telemetry");

    String log = Files.readString(platform.data().resolve("logs").resolve("kafka.log"));
    assertThat(end.output().lines()).hasSize(3).allSatisfy(line -> assertThat(log).contains(line));
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.output())
        .hasLineCount(1)
        .startsWith("pulsewarden: no such service: choose of ")
        .contains("telemetry-service", "kafka");
  }

  @Test
  @Order(7)
  void shouldLogSomebodyInByTheDeviceFlow() throws IOException, InterruptedException {
    try (Running verify = platform.command("verify").start()) {
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> LOG_IN.matcher(verify.output()).find() || !verify.process().isAlive());
      Matcher line = LOG_IN.matcher(verify.output());
      assertThat(line.find()).as(verify.output()).isTrue();
      Browser browser = new Browser(new People(platform).trust(), line.group(1));
      browser.submit(Map.of("username", "auditor", "password", platform.password("auditor")));
      browser.submit(Map.of("accept", "Yes"));

      assertThat(verify.result().orFail().output()).contains("GOOD");
    }
  }
}
