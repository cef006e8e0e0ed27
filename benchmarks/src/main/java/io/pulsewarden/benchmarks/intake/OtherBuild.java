package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.benchmarks.BenchPlatform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Another build of telemetry-service in the place of the platform's own, so that the two can be
 * measured in one run. The platform's own is not started again.
 */
final class OtherBuild implements AutoCloseable {

  private static final String SERVICE = "telemetry-service";
  private static final long PATIENCE_SECONDS = 30;

  private final Process process;

  private OtherBuild(Process process) {
    this.process = process;
  }

  /**
   * Stops the platform's own and starts the other with the same options; it may not listen yet.
   *
   * @param build a folder as {@code telemetry-service/target/quarkus-app}
   */
  static OtherBuild inPlaceOf(BenchPlatform platform, Path build)
      throws IOException, InterruptedException {
    ProcessHandle own = ProcessHandle.of(platform.pid(SERVICE)).orElseThrow();
    List<String> line = new ArrayList<>();
    line.add(own.info().command().orElseThrow());
    line.addAll(List.of(own.info().arguments().orElseThrow()));
    line.set(line.size() - 1, build.resolve("quarkus-run.jar").toString());
    boolean _ = own.destroy();
    try {
      ProcessHandle _ = own.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException still) {
      throw new IOException("telemetry-service does not end", still);
    }
    return new OtherBuild(
        new ProcessBuilder(line)
            .directory(platform.data().resolve(SERVICE).toFile())
            .redirectErrorStream(true)
            .redirectOutput(platform.data().resolve("other-build.log").toFile())
            .start());
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        Process _ = process.destroyForcibly();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
