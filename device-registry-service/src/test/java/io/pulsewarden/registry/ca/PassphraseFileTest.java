package io.pulsewarden.registry.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.secret.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassphraseFileTest {

  @TempDir Path folder;

  @Test
  void shouldReadTheFirstLine() throws IOException {
    Path file = write("a long enough passphrase\r\nsecond line\n", "rw-------");

    try (SecretBytes secret = PassphraseFile.read(file)) {
      String line = secret.use(bytes -> new String(bytes, StandardCharsets.UTF_8));
      assertThat(line).isEqualTo("a long enough passphrase");
    }
  }

  @Test
  void shouldRefuseAFileThatOthersMayRead() throws IOException {
    Path file = write("a long enough passphrase\n", "rw-r-----");

    assertThatThrownBy(() -> PassphraseFile.read(file))
        .isInstanceOf(CertificateAuthorityException.class)
        .hasMessageContaining("chmod 600");
  }

  @Test
  void shouldRefuseAShortOne() throws IOException {
    Path file = write("short\n", "rw-------");

    assertThatThrownBy(() -> PassphraseFile.read(file))
        .isInstanceOf(CertificateAuthorityException.class)
        .hasMessageContaining("fewer than 16 bytes");
  }

  @Test
  void shouldNameAMissingFile() {
    Path file = folder.resolve("nowhere");

    assertThatThrownBy(() -> PassphraseFile.read(file))
        .isInstanceOf(CertificateAuthorityException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void shouldBoundTheCertificatesLifetime() {
    assertThat(new CertificateLifetime(Duration.ofHours(1)).duration()).hasHours(1);
    assertThat(new CertificateLifetime(Duration.ofDays(365)).duration()).hasDays(365);
    assertThatThrownBy(() -> new CertificateLifetime(Duration.ofMinutes(59)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CertificateLifetime(Duration.ofDays(366)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Path write(String text, String mode) throws IOException {
    Path file = folder.resolve("passphrase");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return file;
  }
}
