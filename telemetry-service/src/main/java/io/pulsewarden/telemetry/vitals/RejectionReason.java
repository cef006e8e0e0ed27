package io.pulsewarden.telemetry.vitals;

import java.util.Locale;

/** Why a record, or a whole message, went to quarantine; the second table of vitals.md. */
public enum RejectionReason {
  FOREIGN_TOPIC("message", "the topic is not the sender's own for vitals"),
  NOT_JSON("message", "the payload is not one JSON text (RFC 8259) in UTF-8"),
  NOT_CBOR("message", "the payload is not one CBOR data item (RFC 8949)"),
  NOT_SENML("message", "the payload is not a SenML pack (RFC 8428), or breaks one of the limits"),
  UNSUPPORTED_FORMAT(
      "message",
      "the content type is given and is neither `application/senml+json` nor"
          + " `application/senml+cbor`"),
  UNSUPPORTED_VERSION("message", "`bver` is above 10"),
  UNREADABLE_HERE(
      "message", "a fault of this service kept it from reading the message; the device did right"),
  TOO_MUCH_REFUSED(
      "message",
      "what was refused of the pack, put together by reason and wearer, would be many times as long"
          + " as the pack; the receipt has each record's own reason"),
  NOT_YOUR_DEVICE("record", "the base name is a device that the sender may not speak for"),
  UNSUPPORTED_FIELD("record", "a label ends in `_`, which asks to be understood, and is not known"),
  UNKNOWN_CODE("record", "the name is no code or alias of the table"),
  NO_NUMBER("record", "no `v`: a string, a boolean, data, or nothing"),
  NO_SAMPLES("record", "a waveform without `vs`, or with a number beside it"),
  BAD_SAMPLES("record", "`vs` is not in a waveform's form"),
  IMPOSSIBLE_PERIOD("record", "the period is outside 0.1 to 1,000 ms, or has more than 6 decimals"),
  TOO_MANY_SAMPLES("record", "more than 10,000 samples, or more than a minute of them"),
  SUM_NOT_TAKEN("record", "`s` or `bs`: sums are not taken"),
  TOO_PRECISE("record", "the value has more than 17 significant digits, or more than 30 decimals"),
  WRONG_UNIT("record", "no unit, or none that the table accepts for this code"),
  IMPOSSIBLE_VALUE("record", "outside the possible range; a zero of a sensor that is off is this"),
  NO_CLOCK(
      "record", "`bt` + `t` is below 2^28: relative, or missing, and the device is not clockless"),
  TOO_OLD("record", "more than 30 days before it was received"),
  IN_THE_FUTURE("record", "more than 5 minutes after it was received");

  private final String scope;
  private final String meaning;

  RejectionReason(String scope, String meaning) {
    this.scope = scope;
    this.meaning = meaning;
  }

  /** As in receipts, quarantine and metrics, such as {@code impossible-value}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@code record}, or {@code message} where nothing of it could be read. */
  public String scope() {
    return scope;
  }

  /** One sentence for a device's maker. */
  public String meaning() {
    return meaning;
  }
}
