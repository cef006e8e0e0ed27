package io.pulsewarden.logverifier;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/**
 * A reading as its canonical record says it (docs/formats/vital-block.md).
 *
 * @param subject the patient, or the device for a reading that nobody wore
 * @param source who authenticated
 * @param device who measured
 * @param measured code, value and unit, for people
 */
public record ProvenReading(
    UUID subject, UUID source, UUID device, Instant time, String code, String measured) {

  private static final int VERSION = 1;

  /**
   * Reads one, to its last byte.
   *
   * @throws BadLogException if it is none
   */
  static ProvenReading read(String name, byte[] record) throws BadLogException {
    ByteBuffer bytes = ByteBuffer.wrap(record);
    try {
      if (bytes.get() == VERSION) {
        UUID subject = id(bytes);
        UUID source = id(bytes);
        UUID device = id(bytes);
        Instant time = Instant.ofEpochMilli(bytes.getLong());
        String code = text(bytes);
        StringBuilder measured = new StringBuilder();
        for (int members = bytes.get() & 0xFF; members > 0; members--) {
          String member = text(bytes);
          measured.append(measured.isEmpty() ? "" : ", ").append(member);
          measured.append(' ').append(text(bytes)).append(' ').append(text(bytes));
        }
        if (!bytes.hasRemaining() && !measured.isEmpty()) {
          return new ProvenReading(subject, source, device, time, code, measured.toString());
        }
      }
    } catch (BufferUnderflowException tooShort) {
      // Told below.
    }
    throw new BadLogException(name + " is no canonical record");
  }

  private static UUID id(ByteBuffer bytes) {
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  private static String text(ByteBuffer bytes) {
    byte[] text = new byte[bytes.get() & 0xFF];
    bytes.get(text);
    return new String(text, StandardCharsets.US_ASCII);
  }
}
