package io.pulsewarden.registry.ca;

import io.pulsewarden.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Set;

/** Reads the passphrase that the CA's keys are encrypted with. */
final class PassphraseFile {

  private static final int MIN_LENGTH = 16;
  private static final Set<PosixFilePermission> OWNER =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private PassphraseFile() {}

  /**
   * The file's first line, UTF-8; the caller closes it.
   *
   * @throws CertificateAuthorityException if it is missing, short, or readable by others
   */
  static SecretBytes read(Path file) {
    byte[] content = content(file);
    int end = 0;
    while (end < content.length && content[end] != '\n' && content[end] != '\r') {
      end++;
    }
    byte[] line = Arrays.copyOf(content, end);
    Arrays.fill(content, (byte) 0);
    if (line.length < MIN_LENGTH) {
      throw new CertificateAuthorityException(
          "the CA's passphrase has fewer than " + MIN_LENGTH + " bytes: " + file);
    }
    return SecretBytes.owning(line);
  }

  private static byte[] content(Path file) {
    try {
      if (!OWNER.containsAll(Files.getPosixFilePermissions(file))) {
        throw new CertificateAuthorityException(
            "others than its owner may use the CA's passphrase file (chmod 600): " + file);
      }
      return Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw new CertificateAuthorityException(
          "the CA's passphrase file can't be read: " + file, unreadable);
    }
  }
}
