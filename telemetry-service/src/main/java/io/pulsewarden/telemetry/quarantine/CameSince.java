package io.pulsewarden.telemetry.quarantine;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What an instance let into quarantine since it was last counted there. Thread-safe. */
final class CameSince {

  private record Amount(long inputs, long bytes) {
    Amount plus(Amount more) {
      return new Amount(inputs + more.inputs, bytes + more.bytes);
    }
  }

  private final Map<UUID, Amount> devices = new ConcurrentHashMap<>();
  private final Map<UUID, Amount> organisations = new ConcurrentHashMap<>();

  void add(UUID organisation, Iterable<UUID> of, long inputs, long bytes) {
    Amount more = new Amount(inputs, bytes);
    organisations.merge(organisation, more, Amount::plus);
    of.forEach(device -> devices.merge(device, more, Amount::plus));
  }

  /** Whether that alone is as much of one of them as may stand there. */
  boolean isFull(HeldQuarantineConfiguration limits, UUID organisation, Iterable<UUID> of) {
    if (reaches(
        organisations.get(organisation), limits.organisationInputs(), limits.organisationBytes())) {
      return true;
    }
    for (UUID device : of) {
      if (reaches(devices.get(device), limits.deviceInputs(), limits.deviceBytes())) {
        return true;
      }
    }
    return false;
  }

  private static boolean reaches(@Nullable Amount amount, long inputs, long bytes) {
    return amount != null && (amount.inputs() >= inputs || amount.bytes() >= bytes);
  }
}
