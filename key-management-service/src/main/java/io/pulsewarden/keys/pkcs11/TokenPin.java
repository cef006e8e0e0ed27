package io.pulsewarden.keys.pkcs11;

import io.pulsewarden.secret.SecretBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

  /** The first line of a file. */
  static TokenPin read(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    int end = 0;
    while (end < content.length && content[end] != '\n' && content[end] != '\r') {
      end++;
    }
    byte[] line = Arrays.copyOf(content, end);
    Arrays.fill(content, (byte) 0);
    return new TokenPin(SecretBytes.owning(line));
  }

  /** Opens a token's store. */
  void load(KeyStore store) throws IOException, GeneralSecurityException {
    CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(utf8.use(byte[]::clone)));
    char[] characters = Arrays.copyOf(decoded.array(), decoded.limit());
    try {
      store.load(null, characters);
    } finally {
      Arrays.fill(decoded.array(), '\0');
      Arrays.fill(characters, '\0');
    }
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
