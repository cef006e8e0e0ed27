package io.pulsewarden.registry.device;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a device is to the others. */
public enum DeviceKind {
  SENSOR,
  /** May speak for the devices that it is authorised for. */
  GATEWAY,
  /** Brings readings of wearables behind it. */
  PHONE;

  /** Null if there is no such kind. */
  public static @Nullable DeviceKind ofWire(String name) {
    for (DeviceKind kind : values()) {
      if (kind.wire().equals(name)) {
        return kind;
      }
    }
    return null;
  }

  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
