package io.pulsewarden.telemetry.keys;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The name under which key management knows that this process holds keys. A new one begins whenever
 * everything in hand was dropped, so that the old one can be said to hold nothing. Thread-safe.
 */
final class HolderName {

  private final AtomicReference<UUID> name = new AtomicReference<>(UUID.randomUUID());

  UUID current() {
    return name.get();
  }

  /** Takes a new name and tells the old one. */
  UUID renew() {
    return name.getAndSet(UUID.randomUUID());
  }
}
