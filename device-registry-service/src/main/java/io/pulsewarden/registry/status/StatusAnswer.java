package io.pulsewarden.registry.status;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * Something signed: an OCSP answer or a revocation list.
 *
 * @param der not to be changed
 * @param devices whose certificates it speaks about
 * @param lasting may be given to whoever asks the same
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes to be sent, never compared.
record StatusAnswer(
    byte[] der, Instant thisUpdate, Instant nextUpdate, Set<UUID> devices, boolean lasting) {

  StatusAnswer {
    devices = Set.copyOf(devices);
  }

  /** A bare error of RFC 6960, section 4.2.1: it isn't signed, and says nothing that lasts. */
  static StatusAnswer error(byte[] der) {
    return new StatusAnswer(der, Instant.EPOCH, Instant.EPOCH, Set.of(), false);
  }

  /** Whether it has less than half of its time left. */
  boolean isStale(Instant now) {
    long life = nextUpdate.toEpochMilli() - thisUpdate.toEpochMilli();
    return now.toEpochMilli() - thisUpdate.toEpochMilli() > life / 2;
  }
}
