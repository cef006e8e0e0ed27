package io.pulsewarden.telemetry.intake;

import io.pulsewarden.telemetry.senml.SenmlRecord;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Input that was not taken, not sealed yet.
 *
 * @param device under whose key it will be sealed
 * @param records in the order of the pack, refused for this reason; none where the whole message is
 *     kept
 */
record OpenQuarantine(
    UUID device, RejectionReason reason, String detail, List<SenmlRecord> records) {

  OpenQuarantine {
    records = List.copyOf(records);
  }

  /** Of one record, or of the whole message. */
  OpenQuarantine(UUID device, RejectionReason reason, String detail, Optional<SenmlRecord> record) {
    this(device, reason, detail, record.stream().toList());
  }
}
