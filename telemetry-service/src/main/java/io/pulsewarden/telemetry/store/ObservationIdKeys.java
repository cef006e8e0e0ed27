package io.pulsewarden.telemetry.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and reads Observation ids of one organisation; docs/formats/observation-id.md. Holds keys:
 * whoever made it closes it. Thread-safe.
 */
public final class ObservationIdKeys implements AutoCloseable {

  private static final String HMAC = "HmacSHA256";
  private static final byte[] SERIES = "pulsewarden observation series v1".getBytes(US_ASCII);
  private static final byte[] BLOCK = "pulsewarden observation id v1".getBytes(US_ASCII);
  private static final long MAX_TIME = (1L << 48) - 1;
  private static final int MAX_ORDINAL = 0xFFFF;

  private final SecretBytes seriesKey;
  private final SecretBytes blockKey;

  private ObservationIdKeys(SecretBytes seriesKey, SecretBytes blockKey) {
    this.seriesKey = seriesKey;
    this.blockKey = blockKey;
  }

  /**
   * Derives both keys.
   *
   * @param organisationKey purpose observation-id, epoch 0; stays the caller's
   */
  public static ObservationIdKeys of(BaseKey organisationKey) {
    return organisationKey
        .key()
        .use(key -> new ObservationIdKeys(expand(key, SERIES), expand(key, BLOCK)));
  }

  /**
   * What an id says.
   *
   * @param ordinal 0 for the first value of its moment
   */
  public record Position(SeriesId series, long timeMillis, int ordinal) {
    public Position {
      if (timeMillis < 0 || timeMillis > MAX_TIME || ordinal < 0 || ordinal > MAX_ORDINAL) {
        throw new IllegalArgumentException("no id has room for this");
      }
    }
  }

  public SeriesId series(UUID patient, UUID source, UUID device, String code) {
    byte[] ascii = code.getBytes(US_ASCII);
    ByteBuffer input = ByteBuffer.allocate(6 * Long.BYTES + ascii.length);
    for (UUID id : new UUID[] {patient, source, device}) {
      input.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }
    input.put(ascii);
    return seriesKey.use(key -> SeriesId.of(hmac(key, input.array())));
  }

  /** 26 characters. */
  public String encode(Position position) {
    byte[] block =
        ByteBuffer.allocate(IdText.BYTES)
            .putLong(position.series().value())
            .putLong(position.timeMillis() << 16 | position.ordinal())
            .array();
    return IdText.of(cipher(Cipher.ENCRYPT_MODE, block));
  }

  /** Empty if the text has not the form of an id. A made-up id gives a series that nobody has. */
  public Optional<Position> decode(String id) {
    return IdText.bytes(id)
        .map(bytes -> ByteBuffer.wrap(cipher(Cipher.DECRYPT_MODE, bytes)))
        .map(block -> position(block.getLong(), block.getLong()));
  }

  private static Position position(long series, long timeAndOrdinal) {
    return new Position(
        new SeriesId(series), timeAndOrdinal >>> 16, (int) (timeAndOrdinal & MAX_ORDINAL));
  }

  // One block, never two under one call: here ECB is the plain permutation that is wanted.
  private byte[] cipher(int mode, byte[] block) {
    return blockKey.use(
        key -> {
          try {
            Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
            aes.init(mode, new SecretKeySpec(key, "AES"));
            return aes.doFinal(block);
          } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has AES", impossible);
          }
        });
  }

  private static byte[] hmac(byte[] key, byte[] input) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return Arrays.copyOf(mac.doFinal(input), SeriesId.BYTES);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has HmacSHA256", impossible);
    }
  }

  private static SecretBytes expand(byte[] key, byte[] info) {
    try {
      return SecretBytes.owning(
          KDF.getInstance("HKDF-SHA256")
              .deriveData(
                  HKDFParameterSpec.expandOnly(
                      new SecretKeySpec(key, "HKDF"), info, BaseKey.LENGTH)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("the JDK has HKDF-SHA256", impossible);
    }
  }

  @Override
  public void close() {
    seriesKey.close();
    blockKey.close();
  }
}
