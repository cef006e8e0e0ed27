package io.pulsewarden.platform.commands;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code prune-log}: deletes entries that the log signed that it need not keep, as far as they are
 * older than this command is told too.
 */
@Command(
    name = "prune-log",
    mixinStandardHelpOptions = true,
    description = "Deletes audit entries that the log's own signed statement lets go.")
final class PruneLogCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final PlatformOption platform = new PlatformOption();

  @Option(
      names = "--keep-days",
      paramLabel = "DAYS",
      description = "Keep entries that are younger; default ${DEFAULT-VALUE}, six years.")
  private int keepDays = 2192;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (AuditDatabase audit = AuditDatabase.open(platform.existing())) {
      long gone = audit.number("SELECT prune_log(make_interval(days => " + keepDays + "))");
      if (gone == 0) {
        out.printf(
            "nothing is pruned: no entry is older than %d days and let go by a statement%n",
            keepDays);
      } else {
        out.printf(
            "pruned     %d entries, older than %d days; their hashes stay%n", gone, keepDays);
      }
    }
    return 0;
  }
}
