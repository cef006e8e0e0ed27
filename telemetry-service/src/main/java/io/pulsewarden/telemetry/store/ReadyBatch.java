package io.pulsewarden.telemetry.store;

import io.pulsewarden.telemetry.gap.NumberedMessage;
import java.util.List;

/**
 * A partition's batch of which only the writing is left.
 *
 * @param numbered those messages of the batch whose senders number them, in order
 */
record ReadyBatch(StoredBatch batch, List<NumberedMessage> numbered) {

  ReadyBatch {
    numbered = List.copyOf(numbered);
  }
}
