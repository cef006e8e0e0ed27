package io.pulsewarden.platform.commands;

import io.pulsewarden.platform.PlatformException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code rebuild-index}: has the audit log's index built anew, and switches searches to it. They go
 * on meanwhile. What was cut off is gone on with by the next call.
 */
@Command(
    name = "rebuild-index",
    mixinStandardHelpOptions = true,
    description = "Builds the audit log's search index anew from the log, while it is searched.")
final class RebuildIndexCommand implements Callable<Integer> {

  private static final Duration PAUSE = Duration.ofMillis(500);

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final PlatformOption platform = new PlatformOption();

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      description = "How long to wait for the service to build it; default ${DEFAULT-VALUE}.")
  private int patience = 3600;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (AuditDatabase audit = AuditDatabase.open(platform.existing())) {
      long began = System.nanoTime();
      long generation = audit.number("SELECT begin_index_generation()");
      out.printf("building   generation %d; searches go on in the one before%n", generation);
      out.flush();
      awaitBuilt(audit, generation, began);
      audit.execute("CALL switch_index_generation()");
      out.printf(
          "searched   generation %d, after %d s: built from the log and compared with it%n",
          generation, Duration.ofNanos(System.nanoTime() - began).toSeconds());
    }
    return 0;
  }

  private void awaitBuilt(AuditDatabase audit, long generation, long began) throws Exception {
    String built = "SELECT count(*) FROM index_built WHERE generation = " + generation;
    while (audit.number(built) == 0) {
      if (System.nanoTime() - began > Duration.ofSeconds(patience).toNanos()) {
        throw new PlatformException(
            "audit-service has not built the index in "
                + patience
                + " s: is it running? The same command goes on with it");
      }
      Thread.sleep(PAUSE);
    }
  }
}
