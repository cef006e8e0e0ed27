package io.pulsewarden.contracts;

import java.nio.file.Path;

/** Where the checked-in files are, and whether this run may write them. */
final class Repository {
  private Repository() {}

  static Path file(String relative) {
    return Path.of(System.getProperty("pulsewarden.root", "..")).resolve(relative);
  }

  /** True with {@code -Dcontracts.record=true}; surefire hands the property on. */
  static boolean isRecording() {
    return Boolean.getBoolean("contracts.record");
  }
}
