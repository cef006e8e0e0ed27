package io.pulsewarden.registry.ca;

import io.pulsewarden.secret.ExposedSecretException;
import io.pulsewarden.secret.SecretBytes;
import io.pulsewarden.secret.SecretFile;
import java.io.IOException;
import java.nio.file.Path;

/** Reads the passphrase that the CA's keys are encrypted with. */
final class PassphraseFile {

  private static final int MIN_LENGTH = 16;

  private PassphraseFile() {}

  /**
   * The file's first line, UTF-8; the caller closes it.
   *
   * @throws CertificateAuthorityException if it is missing, short, or readable by others
   */
  static SecretBytes read(Path file) {
    SecretBytes line = firstLine(file);
    if (line.length() < MIN_LENGTH) {
      line.close();
      throw new CertificateAuthorityException(
          "the CA's passphrase has fewer than " + MIN_LENGTH + " bytes: " + file);
    }
    return line;
  }

  private static SecretBytes firstLine(Path file) {
    try {
      return SecretFile.firstLine(file);
    } catch (ExposedSecretException exposed) {
      throw new CertificateAuthorityException(
          "the CA's passphrase is not read: " + exposed.getMessage(), exposed);
    } catch (IOException unreadable) {
      throw new CertificateAuthorityException(
          "the CA's passphrase file can't be read: " + file, unreadable);
    }
  }
}
