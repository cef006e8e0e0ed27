package io.pulsewarden.telemetry.senml;

import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.util.List;

/** What became of reading a payload. */
public sealed interface SenmlResult {

  /**
   * It could be read.
   *
   * @param records resolved, in the order of the pack; at least one
   * @param sent the same as they came
   */
  record Pack(List<SenmlRecord> records, SentPack sent) implements SenmlResult {
    public Pack {
      records = List.copyOf(records);
    }
  }

  /**
   * None of it could be read.
   *
   * @param detail for the device's maker; never a piece of the payload
   */
  record Unreadable(RejectionReason reason, String detail) implements SenmlResult {}
}
