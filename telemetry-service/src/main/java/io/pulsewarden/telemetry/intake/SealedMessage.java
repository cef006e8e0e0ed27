package io.pulsewarden.telemetry.intake;

import java.util.List;

/**
 * A message ready for Kafka.
 *
 * @param erased how many records were left out because their patient was erased
 */
record SealedMessage(List<OutgoingRecord> records, int erased) {}
