package io.pulsewarden.telemetry.senml;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a pack, in whichever of its forms, within the limits of docs/formats/vitals.md. */
final class PackReader {

  static final int MAX_RECORDS = 5_000;
  static final int MAX_TEXT = 256;

  /** Of {@code vs}, in which a waveform has its samples. */
  static final int MAX_STRING_VALUE = 100_000;

  private static final int MAX_DIGITS = 64;
  private static final int MAX_SUM_DIGITS = 50;
  private static final int MAX_EXPONENT = 30;
  private static final int NEWEST_VERSION = 10;

  /** What differs from form to form. */
  interface Form {

    /** The label of the field that the parser stands at, as in JSON. */
    String label(JsonParser parser) throws IOException, NotSenmlException;

    /** The value that the parser stands at. */
    Scalar value(JsonParser parser) throws IOException, NotSenmlException;
  }

  /** {@code bver} is of a later version than ours. */
  static final class NewerVersionException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private final JsonParser parser;
  private final Form form;
  private @Nullable BigDecimal version;

  PackReader(JsonParser parser, Form form) {
    this.parser = parser;
    this.form = form;
  }

  /** The pack that begins here; the parser then stands at its end. */
  SenmlResult.Pack read() throws IOException, NotSenmlException, NewerVersionException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw new IOException("nothing there");
    }
    if (first != JsonToken.START_ARRAY) {
      throw new NotSenmlException("not an array");
    }
    List<SenmlRecord> records = new ArrayList<>();
    SentPack sent = new SentPack();
    BaseFields base = BaseFields.NONE;
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (token != JsonToken.START_OBJECT) {
        throw new NotSenmlException("a record is not an object");
      }
      if (records.size() == MAX_RECORDS) {
        throw new NotSenmlException("more than 5,000 records");
      }
      RawRecord raw = record();
      checkVersion(raw);
      base = base.after(raw);
      sent.add(raw, base);
      records.add(base.resolve(records.size(), raw));
    }
    if (records.isEmpty()) {
      throw new NotSenmlException("no record");
    }
    return new SenmlResult.Pack(records, sent);
  }

  /** One version for the whole pack (section 4.4). */
  private void checkVersion(RawRecord raw) throws NotSenmlException, NewerVersionException {
    BigDecimal given = raw.version();
    if (given == null) {
      return;
    }
    if (given.signum() <= 0 || given.stripTrailingZeros().scale() > 0) {
      throw new NotSenmlException("bver is not a version");
    }
    if (given.compareTo(BigDecimal.valueOf(NEWEST_VERSION)) > 0) {
      throw new NewerVersionException();
    }
    if (version != null && version.compareTo(given) != 0) {
      throw new NotSenmlException("two versions in one pack");
    }
    version = given;
  }

  private RawRecord record() throws IOException, NotSenmlException {
    RawRecord record = new RawRecord();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String label = bounded(form.label(parser), MAX_TEXT);
      parser.nextToken();
      Scalar value = form.value(parser);
      String _ = bounded(value.text(), label.equals("vs") ? MAX_STRING_VALUE : MAX_TEXT);
      record.put(label, value);
    }
    return record;
  }

  private static String bounded(String text, int most) throws NotSenmlException {
    if (text.length() > most) {
      throw new NotSenmlException("a text that is too long");
    }
    return text;
  }

  /** Base and own number together, if {@link JsonText} can write that as one number. */
  static BigDecimal sum(BigDecimal base, BigDecimal own) throws NotSenmlException {
    BigDecimal sum = base.add(own);
    if (sum.signum() == 0) {
      return BigDecimal.ZERO;
    }
    if (sum.precision() > MAX_SUM_DIGITS) {
      throw new NotSenmlException("a number out of all bounds");
    }
    return bounded(sum);
  }

  /** The number, if it is not so large or long that reckoning with it would cost. */
  static BigDecimal bounded(BigDecimal number) throws NotSenmlException {
    // Adding base and own value writes out every digit between their exponents.
    long exponent = (long) number.precision() - number.scale();
    if (number.precision() > MAX_DIGITS
        || Math.abs(exponent) > MAX_EXPONENT
        || number.scale() > 2 * MAX_DIGITS) {
      throw new NotSenmlException("a number out of all bounds");
    }
    return number;
  }
}
