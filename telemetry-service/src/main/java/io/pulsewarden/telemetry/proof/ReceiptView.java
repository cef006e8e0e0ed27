package io.pulsewarden.telemetry.proof;

import java.util.List;
import java.util.UUID;

/**
 * A receipt as docs/formats/vitals-receipt.md has it, but for the log's part, which who may read
 * the log adds.
 */
public record ReceiptView(
    String format, UUID device, StoredRange storedRange, List<Reading> readings) {

  static final String FORMAT = "pulsewarden-vitals-receipt-v1";

  /**
   * The range of offsets that the message is in, as the audit log has it.
   *
   * @param merkleRoot hex
   */
  public record StoredRange(
      String topic,
      int partition,
      long firstOffset,
      long lastOffset,
      String merkleRoot,
      long recordCount,
      UUID auditEvent) {}

  /**
   * One reading of the message.
   *
   * @param record the canonical record, base64
   * @param salt base64
   * @param index of its leaf
   * @param path base64, the leaf's sibling first
   */
  public record Reading(String record, String salt, int index, List<String> path) {
    @Override
    public String toString() {
      return "Reading[" + index + "]";
    }
  }
}
