package io.pulsewarden.telemetry.session;

import java.util.UUID;

/** The topics of one device; docs/mqtt.md. */
final class Topics {

  private Topics() {}

  /** Where it publishes. */
  static String vitals(UUID device) {
    return of(device, "vitals");
  }

  /** Where it hears what became of its records. */
  static String receipts(UUID device) {
    return of(device, "receipts");
  }

  /** Where it hears what it is to be set to. */
  static String config(UUID device) {
    return of(device, "config");
  }

  /** Where it hears what else it should know. */
  static String notices(UUID device) {
    return of(device, "notices");
  }

  /** Whether it may subscribe to this filter: its own topics, written out. */
  static boolean maySubscribe(UUID device, String filter) {
    return filter.equals(receipts(device))
        || filter.equals(config(device))
        || filter.equals(notices(device));
  }

  private static String of(UUID device, String name) {
    return "devices/" + device + "/" + name;
  }
}
