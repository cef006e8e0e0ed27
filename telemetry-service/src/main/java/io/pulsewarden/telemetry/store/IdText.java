package io.pulsewarden.telemetry.store;

import java.util.Optional;

/** Sixteen bytes as 26 characters: base32 of RFC 4648 in lower case, without padding. */
final class IdText {

  static final int BYTES = 16;

  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int LENGTH = 26;
  private static final int BITS = 5;

  private IdText() {}

  static String of(byte[] bytes) {
    StringBuilder text = new StringBuilder(LENGTH);
    int buffer = 0;
    int held = 0;
    for (byte next : bytes) {
      buffer = buffer << Byte.SIZE | (next & 0xFF);
      held += Byte.SIZE;
      while (held >= BITS) {
        held -= BITS;
        text.append(ALPHABET.charAt(buffer >>> held & 0x1F));
      }
    }
    return text.append(ALPHABET.charAt(buffer << (BITS - held) & 0x1F)).toString();
  }

  /** Empty for anything that {@link #of} does not write. */
  static Optional<byte[]> bytes(String text) {
    if (text.length() != LENGTH) {
      return Optional.empty();
    }
    byte[] bytes = new byte[BYTES];
    int buffer = 0;
    int held = 0;
    int at = 0;
    for (int i = 0; i < LENGTH; i++) {
      int value = ALPHABET.indexOf(text.charAt(i));
      if (value < 0) {
        return Optional.empty();
      }
      buffer = buffer << BITS | value;
      held += BITS;
      if (held >= Byte.SIZE) {
        held -= Byte.SIZE;
        bytes[at++] = (byte) (buffer >>> held);
      }
    }
    boolean spareBitsSet = (buffer & (1 << held) - 1) != 0;
    return spareBitsSet ? Optional.empty() : Optional.of(bytes);
  }
}
