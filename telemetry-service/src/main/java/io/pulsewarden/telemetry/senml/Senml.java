package io.pulsewarden.telemetry.senml;

import io.pulsewarden.telemetry.senml.SenmlResult.Unreadable;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads SenML (RFC 8428) in either of its forms, within the limits of docs/formats/vitals.md.
 * Thread-safe.
 */
public final class Senml {

  private static final int TEXT_ENDS = 0x80;

  private final SenmlJson json = new SenmlJson();
  private final SenmlCbor cbor = new SenmlCbor();

  /**
   * Reads one payload; it is not changed.
   *
   * @param contentType tells the form; where it is not given, the first byte does: JSON begins with
   *     ASCII, and a CBOR array never does
   */
  public SenmlResult read(Optional<String> contentType, byte[] payload) {
    Optional<String> type = contentType.map(Senml::essence);
    if (type.isEmpty()) {
      return payload.length > 0 && (payload[0] & 0xFF) >= TEXT_ENDS
          ? cbor.read(payload)
          : json.read(payload);
    }
    return switch (type.get()) {
      case "application/senml+json" -> json.read(payload);
      case "application/senml+cbor" -> cbor.read(payload);
      default -> new Unreadable(RejectionReason.UNSUPPORTED_FORMAT, "");
    };
  }

  private static String essence(String contentType) {
    return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }
}
