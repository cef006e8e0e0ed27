package io.pulsewarden.telemetry.receipt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pulsewarden.telemetry.receipt.Receipt.Rejection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;

/** A receipt as docs/mqtt.md shows it. Thread-safe. */
public final class ReceiptJson {

  private static final JsonFactory JSON = new JsonFactory();

  private ReceiptJson() {}

  /**
   * UTF-8 JSON.
   *
   * @param packetId of the PUBLISH; 0 for QoS 0
   * @param payloadSha256 of the PUBLISH's payload
   */
  public static byte[] write(Receipt receipt, int packetId, byte[] payloadSha256) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("packetId", packetId);
      json.writeStringField("payloadSha256", HexFormat.of().formatHex(payloadSha256));
      json.writeStringField(
          "receivedAt", Instant.ofEpochMilli(receipt.receivedAtMillis()).toString());
      json.writeStringField("outcome", receipt.outcome().name().toLowerCase(Locale.ROOT));
      json.writeNumberField("records", receipt.records());
      json.writeNumberField("accepted", receipt.accepted());
      json.writeNumberField("held", receipt.held());
      json.writeNumberField("erased", receipt.erased());
      json.writeArrayFieldStart("rejected");
      for (Rejection rejection : receipt.rejected()) {
        json.writeStartObject();
        if (rejection.record() >= 0) {
          json.writeNumberField("record", rejection.record());
        }
        json.writeStringField("reason", rejection.reason().wireName());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }
}
