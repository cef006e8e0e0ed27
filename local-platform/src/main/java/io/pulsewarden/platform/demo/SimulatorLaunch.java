package io.pulsewarden.platform.demo;

import io.pulsewarden.platform.PlatformException;
import io.pulsewarden.platform.servers.ServerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The simulator's command line; it is a program of its own that knows the public protocols only.
 */
public final class SimulatorLaunch {

  private SimulatorLaunch() {}

  /** {@code java -jar device-simulator.jar simulate} and these arguments. */
  public static List<String> commandLine(ServerFiles files, List<String> arguments)
      throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                ServerFiles.java().toString(),
                "-Xmx192m",
                "-jar",
                jar(files).toString(),
                "simulate"));
    line.addAll(arguments);
    return line;
  }

  private static Path jar(ServerFiles files) throws IOException {
    Path target = files.root().resolve("device-simulator/target");
    if (Files.isDirectory(target)) {
      try (Stream<Path> all = Files.list(target)) {
        return all.filter(
                path -> path.getFileName().toString().matches("device-simulator-.*\\.jar"))
            .findFirst()
            .orElseThrow(SimulatorLaunch::notBuilt);
      }
    }
    throw notBuilt();
  }

  private static PlatformException notBuilt() {
    return new PlatformException(
        "the simulator is not built: run './mvnw -Dfast -DskipTests package'");
  }
}
