package io.pulsewarden.keys.rotation;

import java.util.Locale;

/** What a trim must have behind it. Each that is not met refuses by its name. */
enum Gate {
  NOTHING_TO_TRIM("no KEK has an older version than the one that all its keys are wrapped by"),
  ROTATION_RUNNING("keys are still being wrapped anew"),
  SETTLING(
      "the rotation ended too short a time ago: requests begun before it may still be under way"),
  ROWS_LEFT("keys are still wrapped by an older version; they are being wrapped anew"),
  NOT_PROVEN("ask for the trim first, then take the backup"),
  NO_RESTORED_COPY("pulsewarden.restored-copy.url names no restored backup"),
  COPY_UNREACHABLE("the restored copy can't be read"),
  COPY_IS_LIVE("what is called a restored copy is the live database"),
  COPY_IS_STANDBY("what is called a restored copy is a standby: no backup was restored"),
  BACKUP_TOO_OLD("the backup was taken before the proof that no key has an older version"),
  COPY_INCOMPLETE("keys of the live database are missing in the restored copy"),
  COPY_HAS_OLD_VERSIONS("keys of the restored copy are wrapped by an older version"),
  COPY_DOES_NOT_OPEN("keys of the restored copy do not open");

  private final String detail;

  Gate(String detail) {
    this.detail = detail;
  }

  /** For programs. */
  String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** For people. */
  String detail() {
    return detail;
  }
}
