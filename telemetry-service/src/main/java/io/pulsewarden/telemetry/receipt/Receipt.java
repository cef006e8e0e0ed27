package io.pulsewarden.telemetry.receipt;

import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What became of a message's records; docs/mqtt.md has its JSON. It holds positions and reasons,
 * never a value.
 *
 * @param receivedAtMillis our clock when the message came
 * @param records how many the pack has; 0 if it could not be read
 * @param held of those taken, how many nobody wore the device for
 * @param erased of those taken, how many were of a patient whose data was erased, and are gone
 * @param rejected in the order of the pack
 */
public record Receipt(
    long receivedAtMillis, int records, int held, int erased, List<Rejection> rejected) {

  /**
   * One that stands in quarantine.
   *
   * @param record position in the pack, -1 for the whole message
   */
  public record Rejection(int record, RejectionReason reason) {}

  /** Whether anything of the message became a reading. */
  public enum Outcome {
    ACCEPTED,
    PARTLY,
    REJECTED
  }

  public Receipt {
    rejected = List.copyOf(rejected);
  }

  /** How many records became readings. */
  public int accepted() {
    return records == 0 ? 0 : records - rejected.size() - erased;
  }

  public Outcome outcome() {
    if (accepted() == 0) {
      return Outcome.REJECTED;
    }
    return rejected.isEmpty() && erased == 0 ? Outcome.ACCEPTED : Outcome.PARTLY;
  }

  /** The same, after {@code count} records of an erased patient were dropped. */
  public Receipt withErased(int count) {
    return count == 0
        ? this
        : new Receipt(receivedAtMillis, records, held, erased + count, rejected);
  }

  /** The reasons that occur, each once, for the protocol's reason string. */
  public String reasons() {
    if (rejected.isEmpty()) {
      return "";
    }
    return rejected.stream()
        .map(rejection -> rejection.reason().wireName())
        .distinct()
        .collect(Collectors.joining(", "));
  }
}
