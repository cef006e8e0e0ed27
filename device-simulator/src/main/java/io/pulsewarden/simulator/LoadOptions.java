package io.pulsewarden.simulator;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How big the made-up fleet is. */
final class LoadOptions {

  @Option(
      names = "--devices",
      paramLabel = "N",
      description = "How many devices; default ${DEFAULT-VALUE}.")
  int devices = 10;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description =
          "Messages a second of all devices together; default 10, or what the registry configures"
              + " for a device. Given, it counts whatever the registry says.")
  @Nullable Double rate;
}
