package io.pulsewarden.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A made-up record for the simulator, in which no two neighbours are alike. */
final class SyntheticRecord {

  private SyntheticRecord() {}

  /** A heart rate from a monitor and a pressure from a cuff, each minute another. */
  static Path write(int minutes) throws IOException {
    List<String> lines = new ArrayList<>(List.of("minute,HR,NBPSys,NBPDias"));
    for (int minute = 0; minute < minutes; minute++) {
      lines.add(
          "%d,%d.%d,%d,%d"
              .formatted(
                  minute, 50 + minute % 70, 1 + minute % 9, 100 + minute % 60, 60 + minute % 30));
    }
    Path file = Files.createTempDirectory("record").resolve("record.csv");
    Files.write(file, lines);
    return file;
  }
}
