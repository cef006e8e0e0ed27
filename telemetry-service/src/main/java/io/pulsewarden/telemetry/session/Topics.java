package io.pulsewarden.telemetry.session;

import java.util.Set;
import java.util.UUID;

/** The topics of one device; docs/mqtt.md. */
final class Topics {

  private static final Set<String> DOWN = Set.of("receipts", "config", "notices");

  private Topics() {}

  /** Where it publishes. */
  static String vitals(UUID device) {
    return of(device, "vitals");
  }

  /** Where it hears what became of its records. */
  static String receipts(UUID device) {
    return of(device, "receipts");
  }

  /** Whether it may subscribe to this filter: its own topics, written out. */
  static boolean maySubscribe(UUID device, String filter) {
    return DOWN.stream().anyMatch(name -> of(device, name).equals(filter));
  }

  private static String of(UUID device, String name) {
    return "devices/" + device + "/" + name;
  }
}
