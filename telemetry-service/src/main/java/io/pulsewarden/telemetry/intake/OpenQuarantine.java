package io.pulsewarden.telemetry.intake;

import io.pulsewarden.telemetry.senml.SenmlRecord;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.util.Optional;
import java.util.UUID;

/**
 * Input that was not taken, not sealed yet.
 *
 * @param device under whose key it will be sealed
 * @param record absent where the whole message is kept
 */
record OpenQuarantine(
    UUID device, RejectionReason reason, String detail, Optional<SenmlRecord> record) {}
