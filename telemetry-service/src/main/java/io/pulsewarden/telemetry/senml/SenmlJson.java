package io.pulsewarden.telemetry.senml;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.pulsewarden.telemetry.senml.PackReader.NewerVersionException;
import io.pulsewarden.telemetry.senml.SenmlResult.Pack;
import io.pulsewarden.telemetry.senml.SenmlResult.Unreadable;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads SenML JSON (RFC 8428, section 5). Whatever the bytes, the answer is a {@link SenmlResult},
 * never an exception. Thread-safe.
 */
public final class SenmlJson {

  static final int MAX_NUMBER = 64;
  private static final char REPLACEMENT = '\uFFFD';

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
      Pack pack = new PackReader(json, new Form()).read();
      if (json.nextToken() != null) {
        return new Unreadable(RejectionReason.NOT_JSON, "text after the pack");
      }
      return pack;
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
    String text = new String(payload, StandardCharsets.UTF_8);
    // The quick way puts U+FFFD where bytes are no UTF-8; the strict one tells whether it stood so.
    return text.indexOf(REPLACEMENT) < 0
        ? text
        : StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
  }

  private static final class Form implements PackReader.Form {

    @Override
    public String label(JsonParser json) throws IOException {
      return json.currentName();
    }

    @Override
    public Scalar value(JsonParser json) throws IOException, NotSenmlException {
      return switch (json.currentToken()) {
        case VALUE_STRING -> Scalar.text(json.getText());
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
            Scalar.number(
                decimal(json.getTextCharacters(), json.getTextOffset(), json.getTextLength()));
        case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> Scalar.literal(json.getText());
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
    private static BigDecimal decimal(char[] text, int offset, int length)
        throws NotSenmlException {
      if (length > MAX_NUMBER) {
        throw new NotSenmlException("a number of more than 64 characters");
      }
      BigDecimal plain = ShortDecimal.read(text, offset, length);
      if (plain != null) {
        return plain;
      }
      try {
        return PackReader.bounded(new BigDecimal(text, offset, length));
      } catch (NumberFormatException exponentTooLong) {
        throw new NotSenmlException("a number out of all bounds");
      }
    }
  }
}
