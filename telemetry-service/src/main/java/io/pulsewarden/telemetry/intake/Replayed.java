package io.pulsewarden.telemetry.intake;

import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.util.List;

/** What refused input came to when it was taken through the intake once more. */
public sealed interface Replayed {

  /**
   * Something of it is taken now.
   *
   * @param rows for Kafka: readings, and anew in quarantine what of a whole message is still
   *     refused
   */
  record Taken(List<OutboxRow> rows, Receipt receipt) implements Replayed {
    public Taken {
      rows = List.copyOf(rows);
    }

    @Override
    public String toString() {
      return "Taken[" + rows.size() + "]";
    }
  }

  /** All of it is refused again, first of all for this reason. */
  record Refused(RejectionReason reason) implements Replayed {}

  /** The registry knows no such sender now, so that nobody can tell for whom it may speak. */
  record NoSender() implements Replayed {}
}
