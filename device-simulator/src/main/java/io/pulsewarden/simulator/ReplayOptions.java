package io.pulsewarden.simulator;

import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a record is replayed. */
final class ReplayOptions {

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "Replay a recorded patient (CSV, a row a minute) as a monitor and a cuff.")
  @Nullable Path record;

  @Option(
      names = "--speed",
      paramLabel = "X",
      converter = SpeedConverter.class,
      description = "1 is real time; 'max' is as fast as answers come; default 1.")
  double speed = 1;

  @Option(
      names = "--start",
      paramLabel = "TIME",
      description = "Time of minute 0 (ISO 8601, UTC); default: so that the record ends now.")
  @Nullable Instant start;

  @Option(
      names = "--batch-minutes",
      paramLabel = "K",
      description = "Minutes that go into a message; default ${DEFAULT-VALUE}.")
  int batchMinutes = 1;

  @Option(
      names = "--ledger",
      paramLabel = "FILE",
      description = "Write a line for each answered message.")
  @Nullable Path ledger;

  @Option(
      names = "--patient",
      paramLabel = "ID",
      description = "Who wears the new devices; default: a new patient.")
  @Nullable String patient;

  @Option(
      names = "--devices-file",
      paramLabel = "FILE",
      description =
          "Use devices that are registered already: lines as for --demo, profiles monitor and cuff,"
              + " one or more of each; all send the same record.")
  @Nullable Path devicesFile;
}
