package io.pulsewarden.platform.commands;

import io.pulsewarden.platform.PlatformException;
import io.pulsewarden.platform.launch.Part;
import io.pulsewarden.platform.launch.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code logs}: the end of a process' log, or all that comes. */
@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    description = "Shows the log of a server or service.")
final class LogsCommand implements Callable<Integer> {

  @Mixin private final PlatformOption platform = new PlatformOption();

  @Parameters(
      paramLabel = "SERVICE",
      description = "Such as telemetry-service, audit-service, kafka, postgres, keycloak.")
  private String service = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what comes.")
  private boolean follow;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      description = "How many lines from the end; default ${DEFAULT-VALUE}.")
  private int lines = 50;

  @Override
  public Integer call() throws Exception {
    if (Arrays.stream(Part.values()).noneMatch(part -> part.key().equals(service))) {
      throw new PlatformException("no such service: choose of " + Processes.names());
    }
    Path log = platform.existing().process(service).log();
    if (!Files.exists(log)) {
      throw new PlatformException(service + " has not been started yet");
    }
    List<String> tail = new ArrayList<>(List.of("tail", "-n", Integer.toString(lines)));
    if (follow) {
      tail.add("-F");
    }
    tail.add(log.toString());
    return new ProcessBuilder(tail).inheritIO().start().waitFor();
  }
}
