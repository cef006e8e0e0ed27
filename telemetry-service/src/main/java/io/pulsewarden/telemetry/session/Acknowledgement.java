package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.vitals.RejectionReason;

/**
 * What a PUBACK says. Each of them means that everything of the message is in Kafka: the device
 * must not send it again.
 */
enum Acknowledgement {
  TAKEN,
  NOT_AUTHORIZED,
  PAYLOAD_FORMAT_INVALID,
  NOTHING_TAKEN;

  static Acknowledgement of(Receipt receipt) {
    if (receipt.rejected().isEmpty() || receipt.accepted() > 0) {
      return TAKEN;
    }
    RejectionReason first = receipt.rejected().getFirst().reason();
    if (first == RejectionReason.FOREIGN_TOPIC
        || receipt.rejected().stream()
            .allMatch(one -> one.reason() == RejectionReason.NOT_YOUR_DEVICE)) {
      return NOT_AUTHORIZED;
    }
    // Where the fault is ours, the payload's format may be as it should.
    return receipt.records() == 0 && first != RejectionReason.UNREADABLE_HERE
        ? PAYLOAD_FORMAT_INVALID
        : NOTHING_TAKEN;
  }
}
