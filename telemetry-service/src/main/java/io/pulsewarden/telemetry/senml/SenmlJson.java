package io.pulsewarden.telemetry.senml;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.pulsewarden.telemetry.senml.SenmlResult.Pack;
import io.pulsewarden.telemetry.senml.SenmlResult.Unreadable;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads SenML JSON (RFC 8428) within the limits of docs/formats/vitals.md. Whatever the bytes, the
 * answer is a {@link SenmlResult}, never an exception. Thread-safe.
 */
public final class SenmlJson {

  static final int MAX_RECORDS = 5_000;
  static final int MAX_TEXT = 256;
  private static final int MAX_NUMBER = 64;
  private static final int MAX_EXPONENT = 30;
  private static final int NEWEST_VERSION = 10;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          // Jackson's own limits are kept looser than ours, so that ours give the reason.
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(3)
                  .maxNumberLength(1_000)
                  .maxStringLength(1 << 20)
                  .build())
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  /** Reads one payload; it is not changed. */
  public SenmlResult read(byte[] payload) {
    try (JsonParser json = JSON.createParser(utf8(payload))) {
      List<SenmlRecord> records = pack(json);
      if (json.nextToken() != null) {
        return new Unreadable(RejectionReason.NOT_JSON, "text after the pack");
      }
      return new Pack(records);
    } catch (NotSenmlException notSenml) {
      return new Unreadable(RejectionReason.NOT_SENML, String.valueOf(notSenml.getMessage()));
    } catch (NewerVersionException newer) {
      return new Unreadable(RejectionReason.UNSUPPORTED_VERSION, "bver is above 10");
    } catch (StreamConstraintsException tooMuch) {
      return new Unreadable(RejectionReason.NOT_SENML, "nested, or too long");
    } catch (CharacterCodingException notUtf8) {
      return new Unreadable(RejectionReason.NOT_JSON, "not UTF-8");
    } catch (IOException notJson) {
      return new Unreadable(RejectionReason.NOT_JSON, "not one JSON text");
    }
  }

  private static String utf8(byte[] payload) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
  }

  private static List<SenmlRecord> pack(JsonParser json)
      throws IOException, NotSenmlException, NewerVersionException {
    JsonToken first = json.nextToken();
    if (first == null) {
      throw new IOException("no JSON text");
    }
    if (first != JsonToken.START_ARRAY) {
      throw new NotSenmlException("not an array");
    }
    List<SenmlRecord> records = new ArrayList<>();
    BaseFields base = new BaseFields();
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      if (token != JsonToken.START_OBJECT) {
        throw new NotSenmlException("a record is not an object");
      }
      if (records.size() == MAX_RECORDS) {
        throw new NotSenmlException("more than 5,000 records");
      }
      RawRecord raw = record(json);
      checkVersion(raw);
      records.add(base.resolve(records.size(), raw));
    }
    if (records.isEmpty()) {
      throw new NotSenmlException("no record");
    }
    return records;
  }

  private static void checkVersion(RawRecord raw) throws NotSenmlException, NewerVersionException {
    BigDecimal version = raw.optionalNumber("bver", null);
    if (version != null) {
      if (version.signum() <= 0 || version.stripTrailingZeros().scale() > 0) {
        throw new NotSenmlException("bver is not a version");
      }
      if (version.compareTo(BigDecimal.valueOf(NEWEST_VERSION)) > 0) {
        throw new NewerVersionException();
      }
    }
  }

  private static RawRecord record(JsonParser json) throws IOException, NotSenmlException {
    RawRecord record = new RawRecord();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String label = json.currentName();
      if (label.length() > MAX_TEXT) {
        throw new NotSenmlException("a text of more than 256 characters");
      }
      json.nextToken();
      record.put(label, scalar(json));
    }
    return record;
  }

  private static Scalar scalar(JsonParser json) throws IOException, NotSenmlException {
    String text = json.getText();
    return switch (json.currentToken()) {
      case VALUE_STRING -> {
        if (text.length() > MAX_TEXT) {
          throw new NotSenmlException("a text of more than 256 characters");
        }
        yield Scalar.text(text);
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Scalar.number(decimal(text));
      case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> Scalar.literal(text);
      case START_OBJECT,
          START_ARRAY,
          END_OBJECT,
          END_ARRAY,
          FIELD_NAME,
          VALUE_EMBEDDED_OBJECT,
          NOT_AVAILABLE ->
          throw new NotSenmlException("a field is an object or an array");
    };
  }

  /** Never by way of a binary fraction. */
  private static BigDecimal decimal(String text) throws NotSenmlException {
    if (text.length() > MAX_NUMBER) {
      throw new NotSenmlException("a number of more than 64 characters");
    }
    BigDecimal number;
    try {
      number = new BigDecimal(text);
    } catch (NumberFormatException exponentTooLong) {
      throw new NotSenmlException("a number out of all bounds");
    }
    // Adding base and own value writes out every digit between their exponents.
    long exponent = (long) number.precision() - number.scale();
    if (Math.abs(exponent) > MAX_EXPONENT || number.scale() > 2 * MAX_NUMBER) {
      throw new NotSenmlException("a number out of all bounds");
    }
    return number;
  }

  private static final class NewerVersionException extends Exception {
    private static final long serialVersionUID = 1L;
  }
}
