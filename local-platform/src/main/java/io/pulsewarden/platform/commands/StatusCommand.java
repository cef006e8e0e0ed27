package io.pulsewarden.platform.commands;

import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.data.Ports;
import io.pulsewarden.platform.launch.Part;
import io.pulsewarden.platform.launch.Processes;
import io.pulsewarden.platform.process.PortProbe;
import io.pulsewarden.platform.process.ServerProcess;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code status}: what runs, as which process, on which ports. Exit code 0 if all services run. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows what runs; exit code 3 if a server or service does not.")
final class StatusCommand implements Callable<Integer> {

  private static final int NOT_ALL = 3;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final PlatformOption platform = new PlatformOption();

  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    DataFolder data = platform.existing();
    Ports ports = Ports.of(data);
    Map<Part, ServerProcess> running = new Processes(data).running();
    boolean all = true;
    for (Part part : Part.values()) {
      ServerProcess process = running.get(part);
      all &= process != null || part == Part.SIMULATOR;
      out.printf(
          "  %-24s %-16s %s%n",
          part.key(),
          process == null ? "down" : "pid " + process.id().pid(),
          process == null ? "" : listening(part, ports));
    }
    return all ? 0 : NOT_ALL;
  }

  private static String listening(Part part, Ports ports) {
    return part.ports().stream()
        .sorted()
        .map(port -> ports.of(port) + (answers(port, ports) ? "" : " (not listening)"))
        .collect(Collectors.joining(", "));
  }

  private static boolean answers(Port port, Ports ports) {
    return new PortProbe(ports.of(port)).answers();
  }
}
