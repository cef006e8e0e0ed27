package io.pulsewarden.telemetry.intake;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A record's name taken apart: {@code urn:uuid:<device id>:<code>}, or the code alone.
 *
 * @param foreign it begins as a device's name but is none, so it is nobody's that we know
 */
record RecordName(Optional<UUID> device, boolean foreign, String code) {

  private static final String URN = "urn:uuid:";
  private static final int UUID_LENGTH = 36;

  static RecordName of(String name) {
    if (!name.regionMatches(true, 0, URN, 0, URN.length())) {
      return new RecordName(Optional.empty(), false, name);
    }
    int end = URN.length() + UUID_LENGTH;
    if (name.length() <= end || name.charAt(end) != ':') {
      return new RecordName(Optional.empty(), true, name);
    }
    String given = name.substring(URN.length(), end);
    if (isPrinted(given)) {
      return new RecordName(Optional.of(UUID.fromString(given)), false, name.substring(end + 1));
    }
    String text = given.toLowerCase(Locale.ROOT);
    try {
      UUID device = UUID.fromString(text);
      boolean canonical = device.toString().equals(text);
      return new RecordName(Optional.of(device), !canonical, name.substring(end + 1));
    } catch (IllegalArgumentException noUuid) {
      return new RecordName(Optional.empty(), true, name);
    }
  }

  /** Whether it stands as {@link UUID#toString} prints it: then nothing needs to be compared. */
  private static boolean isPrinted(String text) {
    for (int i = 0; i < UUID_LENGTH; i++) {
      char each = text.charAt(i);
      boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
      boolean digit = (each >= '0' && each <= '9') || (each >= 'a' && each <= 'f');
      if (hyphen ? each != '-' : !digit) {
        return false;
      }
    }
    return true;
  }
}
