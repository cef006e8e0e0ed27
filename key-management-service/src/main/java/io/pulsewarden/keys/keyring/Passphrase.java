package io.pulsewarden.keys.keyring;

import io.pulsewarden.secret.ExposedSecretException;
import io.pulsewarden.secret.SecretBytes;
import io.pulsewarden.secret.SecretFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;

/** The keyring's passphrase. Thread-safe; whoever made it closes it. */
final class Passphrase implements AutoCloseable {

  private final SecretBytes utf8;

  private Passphrase(SecretBytes utf8) {
    this.utf8 = utf8;
  }

  static Passphrase of(String text) {
    return of(SecretBytes.owning(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * The first line of a file that nobody else can read.
   *
   * @throws KeyringException if others may read it, or it can't be read or is empty
   */
  static Passphrase read(Path file) {
    try {
      return of(SecretFile.firstLine(file));
    } catch (ExposedSecretException exposed) {
      throw new KeyringException("the passphrase is not read: " + exposed.getMessage(), exposed);
    } catch (IOException unreadable) {
      throw new KeyringException("the passphrase file can't be read: " + file, unreadable);
    }
  }

  private static Passphrase of(SecretBytes utf8) {
    if (utf8.length() == 0) {
      throw new KeyringException("the keyring's passphrase is empty", null);
    }
    return new Passphrase(utf8);
  }

  /** Lends the characters, which are overwritten afterwards. */
  <T> T use(Function<char[], T> use) {
    return utf8.use(
        bytes -> {
          CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
          char[] characters = Arrays.copyOf(decoded.array(), decoded.limit());
          try {
            return use.apply(characters);
          } finally {
            Arrays.fill(decoded.array(), '\0');
            Arrays.fill(characters, '\0');
          }
        });
  }

  @Override
  public void close() {
    utf8.close();
  }

  @Override
  public String toString() {
    return "Passphrase[redacted]";
  }
}
