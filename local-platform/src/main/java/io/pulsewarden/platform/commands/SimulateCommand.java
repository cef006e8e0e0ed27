package io.pulsewarden.platform.commands;

import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.demo.SimulatorLaunch;
import io.pulsewarden.platform.servers.ServerFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Unmatched;

/**
 * {@code simulate}: hands its options to the simulator, with the addresses of this platform unless
 * {@code --env} names others.
 */
@Command(
    name = "simulate",
    description = {
      "Runs simulated devices: --devices N --rate R, or --record FILE.csv with --speed X;"
          + " './pulsewarden simulate --help' shows all options."
    })
final class SimulateCommand implements Callable<Integer> {

  @Mixin private final PlatformOption platform = new PlatformOption();

  @Unmatched private List<String> rest = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    List<String> arguments = new ArrayList<>();
    if (!rest.contains("--help") && !rest.contains("-h") && !rest.contains("--env")) {
      DataFolder data = platform.existing();
      arguments.addAll(List.of("--env", data.environment().toString()));
    }
    arguments.addAll(rest);
    return new ProcessBuilder(SimulatorLaunch.commandLine(ServerFiles.ofThisBuild(), arguments))
        .inheritIO()
        .start()
        .waitFor();
  }
}
