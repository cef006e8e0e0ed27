package io.pulsewarden.envelope;

import io.pulsewarden.secret.SecretBytes;
import java.util.HexFormat;
import java.util.UUID;

/** The inputs of the golden bytes in docs/formats/envelope.md. */
final class Fixtures {

  static final UUID SUBJECT_KEY = UUID.fromString("11111111-2222-4333-8444-555555555555");
  static final UUID ORGANISATION = UUID.fromString("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee");
  static final UUID SUBJECT = UUID.fromString("01234567-89ab-4def-8123-456789abcdef");
  static final UUID DEVICE = UUID.fromString("fedcba98-7654-4321-8fed-cba987654321");
  static final int EPOCH = 20780;
  static final long FIRST = 1795392000000L;
  static final long LAST = 1795392060000L;

  static final EnvelopeContext BATCH =
      new EnvelopeContext("vital-batch", ORGANISATION, SUBJECT, DEVICE, FIRST, LAST, 1);
  static final EnvelopeContext DEMOGRAPHICS =
      new EnvelopeContext("demographics", ORGANISATION, SUBJECT, null, 0, 0, 1);

  private Fixtures() {}

  static BaseKey baseKey() {
    return baseKey(0);
  }

  static BaseKey baseKey(int firstByte) {
    byte[] key = new byte[BaseKey.LENGTH];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (firstByte + i);
    }
    return new BaseKey(SUBJECT_KEY, EPOCH, SecretBytes.owning(key));
  }

  static byte[] salt() {
    return hex("404142434445464748494a4b4c4d4e4f");
  }

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
  }
}
