package io.pulsewarden.keys.keyring;

import io.pulsewarden.secret.SecretBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Function;

/** The keyring's passphrase. Thread-safe; whoever made it closes it. */
final class Passphrase implements AutoCloseable {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final SecretBytes utf8;

  private Passphrase(SecretBytes utf8) {
    this.utf8 = utf8;
  }

  static Passphrase of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The first line of a file that nobody but its owner can read.
   *
   * @throws KeyringException if others may read it, or it can't be read or is empty
   */
  static Passphrase read(Path file) {
    try {
      if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
        throw new KeyringException("others may read the passphrase file, chmod 600 " + file, null);
      }
      byte[] content = Files.readAllBytes(file);
      int end = 0;
      while (end < content.length && content[end] != '\n' && content[end] != '\r') {
        end++;
      }
      byte[] line = Arrays.copyOf(content, end);
      Arrays.fill(content, (byte) 0);
      return of(line);
    } catch (IOException unreadable) {
      throw new KeyringException("the passphrase file can't be read: " + file, unreadable);
    }
  }

  private static Passphrase of(byte[] utf8) {
    if (utf8.length == 0) {
      throw new KeyringException("the keyring's passphrase is empty", null);
    }
    return new Passphrase(SecretBytes.owning(utf8));
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
