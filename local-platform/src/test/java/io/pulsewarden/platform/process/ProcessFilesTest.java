package io.pulsewarden.platform.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.platform.process.ServerProcess.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessFilesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void shouldFindAProcessAgainAndStopIt() throws Exception {
    ProcessFiles files = ProcessFiles.in(folder, "sleeper");
    new ServerCommand("sleeper", List.of("sleep", "600"), folder, files).start();

    ServerProcess found = files.running("sleeper").orElseThrow();
    boolean byItself = found.stop(Signal.TERM, PATIENCE);

    assertThat(byItself).isTrue();
    assertThat(files.running("sleeper")).isEmpty();
  }

  @Test
  void shouldNotTakeAnotherProcessWithThePidForItsOwn() throws Exception {
    ProcessFiles files = ProcessFiles.in(folder, "gone");
    long startedLongAgo = 1_000_000;
    Files.writeString(files.id(), ProcessHandle.current().pid() + " " + startedLongAgo + "\n");

    assertThat(files.running("gone")).isEmpty();
  }

  @Test
  void shouldKnowItself() throws Exception {
    ProcessFiles files = ProcessFiles.in(folder, "self");

    files.rememberThisProcess();

    assertThat(files.running("self").orElseThrow().id().pid())
        .isEqualTo(ProcessHandle.current().pid());
  }

  @Test
  void shouldKillWhatDoesNotListen() throws Exception {
    ProcessFiles files = ProcessFiles.in(folder, "deaf");
    ServerProcess deaf =
        new ServerCommand(
                "deaf",
                List.of("sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"),
                folder,
                files)
            .start();
    Readiness.await(
        deaf, files.log(), PATIENCE, () -> Files.readString(files.log()).contains("deaf"));

    boolean byItself = deaf.stop(Signal.TERM, Duration.ofMillis(300));

    assertThat(byItself).isFalse();
    assertThat(deaf.isAlive()).isFalse();
  }

  @Test
  void shouldRunInASessionOfItsOwn() throws Exception {
    ProcessFiles files = ProcessFiles.in(folder, "session");
    ServerProcess process =
        new ServerCommand("session", List.of("sleep", "600"), folder, files).start();
    ProcessFiles ps = ProcessFiles.in(folder, "ps");

    new ServerCommand(
            "ps", List.of("ps", "-o", "pgid=", "-p", Long.toString(process.id().pid())), folder, ps)
        .run();
    process.kill();

    assertThat(Files.readString(ps.log()).strip()).isEqualTo(Long.toString(process.id().pid()));
  }

  @Test
  void shouldSayTheLastWordOfWhatEndedWhileItStarted() throws Exception {
    assertThat(ended("echo some noise; echo the passphrase is wrong"))
        .hasMessageStartingWith("refuser ended while starting: the passphrase is wrong; its log: ");
    assertThat(ended("echo '{\"level\":\"INFO\"}'"))
        .hasMessageStartingWith("refuser ended while starting; its log: ");
    assertThat(ended("echo Caused by: broken; printf '\\t... 3 more\\n'"))
        .hasMessageStartingWith("refuser ended while starting; its log: ");
  }

  private Throwable ended(String script) throws Exception {
    ProcessFiles files = ProcessFiles.in(folder, "refuser");
    Files.deleteIfExists(files.log());
    ServerProcess process =
        new ServerCommand("refuser", List.of("sh", "-c", script), folder, files).start();
    assertThat(process.awaitEnd(PATIENCE)).isTrue();
    return catchThrowable(() -> Readiness.await(process, files.log(), PATIENCE, () -> false));
  }

  @Test
  void shouldNotLeaveACommandRunningThatNobodyWaitsFor() throws Exception {
    ProcessFiles files = ProcessFiles.in(folder, "build");
    Path pid = folder.resolve("pid");
    ServerCommand command =
        new ServerCommand(
            "build",
            List.of("sh", "-c", "sleep 600 & echo $! > pid.half; mv pid.half pid; wait"),
            folder,
            files);
    Thread waiting =
        Thread.ofVirtual()
            .start(() -> assertThatThrownBy(command::run).isInstanceOf(InterruptedException.class));
    await().atMost(PATIENCE).until(() -> Files.exists(pid));
    ProcessHandle child =
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();

    waiting.interrupt();

    assertThat(waiting.join(PATIENCE)).isTrue();
    await().atMost(PATIENCE).until(() -> !child.isAlive());
  }

  @Test
  void shouldRunNothingThatCouldNotBeWrittenDown() throws Exception {
    Path occupied = folder.resolve("occupied");
    Files.createDirectories(occupied.resolve("by-a-folder"));
    ProcessFiles files = new ProcessFiles(folder.resolve("log"), occupied);
    Path ran = folder.resolve("ran");
    ServerCommand command =
        new ServerCommand("toucher", List.of("touch", ran.toString()), folder, files);

    assertThatThrownBy(command::start).isInstanceOf(IOException.class);

    await()
        .atMost(PATIENCE)
        .until(
            () ->
                ProcessHandle.current()
                    .children()
                    .flatMap(child -> child.info().arguments().stream().flatMap(Arrays::stream))
                    .noneMatch(ran.toString()::equals));
    assertThat(ran).doesNotExist();
  }
}
