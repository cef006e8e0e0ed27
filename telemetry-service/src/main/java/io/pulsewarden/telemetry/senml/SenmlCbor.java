package io.pulsewarden.telemetry.senml;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.pulsewarden.telemetry.senml.PackReader.NewerVersionException;
import io.pulsewarden.telemetry.senml.SenmlResult.Pack;
import io.pulsewarden.telemetry.senml.SenmlResult.Unreadable;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.Map;

/**
 * Reads SenML CBOR (RFC 8428, section 6). Whatever the bytes, the answer is a {@link SenmlResult},
 * never an exception. Thread-safe.
 *
 * <p>A floating-point number stands for the shortest decimal that reads back as the same number of
 * its width: 62.8 is 62.8, as a double and as a single. Half precision is taken exactly. Decimal
 * fractions (tag 4), integers and bignums are exact by themselves.
 */
public final class SenmlCbor {

  /** RFC 8428, table 4. */
  private static final Map<String, String> LABELS =
      Map.ofEntries(
          Map.entry("-1", "bver"),
          Map.entry("-2", "bn"),
          Map.entry("-3", "bt"),
          Map.entry("-4", "bu"),
          Map.entry("-5", "bv"),
          Map.entry("-6", "bs"),
          Map.entry("0", "n"),
          Map.entry("1", "u"),
          Map.entry("2", "v"),
          Map.entry("3", "vs"),
          Map.entry("4", "vb"),
          Map.entry("5", "s"),
          Map.entry("6", "t"),
          Map.entry("7", "ut"),
          Map.entry("8", "vd"));

  private static final int MAJOR_TYPE = 0xE0;
  private static final int POSITIVE = 0x00;
  private static final int NEGATIVE = 0x20;
  private static final int TEXT = 0x60;
  private static final int HALF = 0xF9;
  private static final int MAX_DIGITS = 50;

  private static final CBORFactory CBOR =
      CBORFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4)
                  .maxNumberLength(1_000)
                  .maxStringLength(1 << 20)
                  .build())
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  /** Reads one payload; it is not changed. */
  public SenmlResult read(byte[] payload) {
    try (JsonParser cbor = CBOR.createParser(payload)) {
      Pack pack = new PackReader(cbor, new Form(payload)).read();
      if (cbor.nextToken() != null) {
        return new Unreadable(RejectionReason.NOT_CBOR, "bytes after the pack");
      }
      return pack;
    } catch (NotSenmlException notSenml) {
      return new Unreadable(RejectionReason.NOT_SENML, String.valueOf(notSenml.getMessage()));
    } catch (NewerVersionException newer) {
      return new Unreadable(RejectionReason.UNSUPPORTED_VERSION, "bver is above 10");
    } catch (StreamConstraintsException tooMuch) {
      return new Unreadable(RejectionReason.NOT_SENML, "nested, or too long");
    } catch (IOException | ArithmeticException notCbor) {
      return new Unreadable(RejectionReason.NOT_CBOR, "not one CBOR data item");
    }
  }

  private static final class Form implements PackReader.Form {

    private final byte[] payload;

    private Form(byte[] payload) {
      this.payload = payload;
    }

    @Override
    public String label(JsonParser cbor) throws IOException, NotSenmlException {
      String name = cbor.currentName();
      // The parser makes text of integers: the text "2" must not become a value.
      return switch (firstByte(cbor) & MAJOR_TYPE) {
        case TEXT -> name;
        case POSITIVE, NEGATIVE -> LABELS.getOrDefault(name, "label " + name);
        default -> throw new NotSenmlException("a label is neither an integer nor a text");
      };
    }

    @Override
    public Scalar value(JsonParser cbor) throws IOException, NotSenmlException {
      JsonToken token = cbor.currentToken();
      if (token == null) {
        throw new IOException("cut short");
      }
      return switch (token) {
        case VALUE_STRING -> Scalar.text(cbor.getText());
        case VALUE_NUMBER_INT -> Scalar.number(bounded(new BigDecimal(cbor.getBigIntegerValue())));
        case VALUE_NUMBER_FLOAT -> Scalar.number(bounded(decimal(cbor)));
        case VALUE_TRUE -> Scalar.literal("true");
        case VALUE_FALSE -> Scalar.literal("false");
        case VALUE_NULL -> Scalar.literal("null");
        case VALUE_EMBEDDED_OBJECT -> bytes(cbor);
        case START_OBJECT, START_ARRAY, END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE ->
            throw new NotSenmlException("a field is a map or an array");
      };
    }

    /** Byte strings as JSON has them (RFC 8428, section 5): base64url without padding. */
    private static Scalar bytes(JsonParser cbor) throws IOException {
      return cbor.getEmbeddedObject() instanceof byte[] data
          ? Scalar.text(Base64.getUrlEncoder().withoutPadding().encodeToString(data))
          : Scalar.literal("null");
    }

    private BigDecimal decimal(JsonParser cbor) throws IOException, NotSenmlException {
      boolean half = firstByte(cbor) == HALF;
      return switch (cbor.getNumberType()) {
        case FLOAT -> {
          float number = finite(cbor.getFloatValue());
          yield half ? new BigDecimal((double) number) : new BigDecimal(Float.toString(number));
        }
        case DOUBLE -> new BigDecimal(Double.toString(finite(cbor.getDoubleValue())));
        case BIG_DECIMAL, INT, LONG, BIG_INTEGER -> cbor.getDecimalValue();
      };
    }

    /** What JSON can write in its 64 characters, so that quarantine can keep it as JSON. */
    private static BigDecimal bounded(BigDecimal number) throws NotSenmlException {
      if (number.precision() > MAX_DIGITS) {
        throw new NotSenmlException("a number out of all bounds");
      }
      return PackReader.bounded(number);
    }

    private static float finite(float number) throws NotSenmlException {
      if (!Float.isFinite(number)) {
        throw new NotSenmlException("not a number, or an infinite one");
      }
      return number;
    }

    private static double finite(double number) throws NotSenmlException {
      if (!Double.isFinite(number)) {
        throw new NotSenmlException("not a number, or an infinite one");
      }
      return number;
    }

    private int firstByte(JsonParser cbor) {
      long at = cbor.currentTokenLocation().getByteOffset();
      return at >= 0 && at < payload.length ? payload[(int) at] & 0xFF : -1;
    }
  }
}
