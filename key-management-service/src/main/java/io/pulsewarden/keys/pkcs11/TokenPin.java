package io.pulsewarden.keys.pkcs11;

import io.pulsewarden.secret.SecretBytes;
import io.pulsewarden.secret.SecretFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;

/** A token's PIN. Whoever made it closes it. */
final class TokenPin implements AutoCloseable {

  private final SecretBytes utf8;

  private TokenPin(SecretBytes utf8) {
    this.utf8 = utf8;
  }

  /** The first line of a file, which nobody else may read. */
  static TokenPin read(Path file) throws IOException {
    return new TokenPin(SecretFile.firstLine(file));
  }

  /** Opens a token's store. */
  void load(KeyStore store) throws IOException, GeneralSecurityException {
    char[] characters = utf8.use(TokenPin::characters);
    try {
      store.load(null, characters);
    } finally {
      Arrays.fill(characters, '\0');
    }
  }

  private static char[] characters(byte[] bytes) {
    CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
    char[] characters = Arrays.copyOf(decoded.array(), decoded.limit());
    Arrays.fill(decoded.array(), '\0');
    return characters;
  }

  @Override
  public void close() {
    utf8.close();
  }

  @Override
  public String toString() {
    return "TokenPin[redacted]";
  }
}
