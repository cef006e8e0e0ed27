package io.pulsewarden.logverifier;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Key ids and verifier keys of signed notes (C2SP signed-note), for keys of any type. */
final class NoteKeys {

  static final byte ED25519 = 1;

  /** An Ed25519 cosignature with a time (C2SP tlog-cosignature). */
  static final byte COSIGNATURE = 4;

  private NoteKeys() {}

  /** The first four bytes of SHA-256 over name, newline, type and public key. */
  static int id(String name, byte[] typed) {
    return ByteBuffer.wrap(Hashes.sha256((name + "\n").getBytes(StandardCharsets.UTF_8), typed))
        .getInt();
  }

  /** {@code name+hash+base64}. */
  static String text(String name, byte[] typed) {
    return "%s+%08x+%s".formatted(name, id(name, typed), Base64.getEncoder().encodeToString(typed));
  }
}
