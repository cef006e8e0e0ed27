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

  /**
   * The same as {@link #of(String)}, sooner where the name is the sender's own as it is printed.
   */
  static RecordName of(String name, UUID sender) {
    int end = URN.length() + UUID_LENGTH;
    return name.length() > end
            && name.charAt(end) == ':'
            && name.startsWith(URN)
            && name.startsWith(sender.toString(), URN.length())
        ? new RecordName(Optional.of(sender), false, name.substring(end + 1))
        : of(name);
  }

  static RecordName of(String name) {
    if (!name.regionMatches(true, 0, URN, 0, URN.length())) {
      return new RecordName(Optional.empty(), false, name);
    }
    int end = URN.length() + UUID_LENGTH;
    if (name.length() <= end || name.charAt(end) != ':') {
      return new RecordName(Optional.empty(), true, name);
    }
    String text = name.substring(URN.length(), end).toLowerCase(Locale.ROOT);
    try {
      UUID device = UUID.fromString(text);
      boolean canonical = device.toString().equals(text);
      return new RecordName(Optional.of(device), !canonical, name.substring(end + 1));
    } catch (IllegalArgumentException noUuid) {
      return new RecordName(Optional.empty(), true, name);
    }
  }
}
