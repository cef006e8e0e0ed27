package io.pulsewarden.platform.commands;

import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.launch.Processes;
import io.pulsewarden.platform.process.ServerProcess;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code down}: stops all, in the reverse order of starting; the data stay. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = "Stops everything, gracefully first; the data stay.")
final class DownCommand implements Callable<Integer> {

  private static final Duration FOREGROUND = Duration.ofSeconds(90);

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final PlatformOption platform = new PlatformOption();

  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    DataFolder data = platform.existing();
    Processes processes = new Processes(data);
    boolean any = !processes.running().isEmpty();
    Optional<ServerProcess> launcher = processes.launcher();
    if (launcher.isPresent()) {
      any = true;
      launcher.get().stop(ServerProcess.Signal.TERM, FOREGROUND);
    }
    processes.stopAll(
        (part, byItself) -> {
          out.println(part.key() + (byItself ? " stopped" : " had to be killed"));
          out.flush();
        });
    out.println(
        any
            ? "The platform on " + data.root() + " is down; its data stay."
            : "Nothing runs on " + data.root() + ".");
    return 0;
  }
}
