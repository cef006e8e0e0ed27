package io.pulsewarden.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFileTest {

  private static final String SECRET = "canary-secret";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "r--------", "rwx------"})
  void shouldReadTheFirstLineOfWhatIsOursAlone(String mode) throws IOException {
    Path file = file(mode);
    try (SecretBytes secret = SecretFile.firstLine(file)) {
      String line = secret.use(bytes -> new String(bytes, StandardCharsets.UTF_8));
      assertThat(line).isEqualTo(SECRET);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rw-r-----", "rw--w----", "rw----r--", "rw-----w-", "rw-r--r--", "rwxrwxrwx"})
  void shouldRefuseOurOwnFileThatGroupOrOthersMayReadOrChange(String mode) throws IOException {
    Path file = file(mode);
    assertThatThrownBy(() -> SecretFile.firstLine(file))
        .isInstanceOf(ExposedSecretException.class)
        .hasMessage("group or others may read or change a secret's file, chmod 600 " + file)
        .hasNoCause();
    assertThatThrownBy(() -> SecretFile.requirePrivate(file))
        .isInstanceOf(ExposedSecretException.class);
  }

  /** A pod's secret is root's, and the group's that the pod runs with. */
  @ParameterizedTest
  @CsvSource({
    "r--r-----, false",
    "rw-r-----, false",
    "r--------, false",
    "rw-rw----, true",
    "r--r--r--, true",
    "rw-r--r--, true",
    "r-----r--, true"
  })
  void shouldLetAGroupReadWhatSomebodyElseOwns(String mode, boolean exposed) {
    assertThat(SecretFile.exposed(PosixFilePermissions.fromString(mode), false)).isEqualTo(exposed);
  }

  @Test
  void shouldLetAGroupReadOurOwnFileWhereWeDoNotChooseItsMode() throws IOException {
    SecretFile.requireKeptFromOthers(file("rw-r-----"));
    for (String mode : new String[] {"rw-r--r--", "rw-rw----"}) {
      Path file = file(mode);
      assertThatThrownBy(() -> SecretFile.requireKeptFromOthers(file))
          .isInstanceOf(ExposedSecretException.class);
    }
  }

  @Test
  void shouldTellWhoseAFileIs() throws IOException {
    Path mine = file("rw-------");
    assertThat(SecretFile.isOurs(mine)).isTrue();
    if (SecretFile.isOurs(Path.of("/"))) {
      // We are root, and may give a file away.
      Files.setAttribute(mine, "unix:uid", 65_534);
      assertThat(SecretFile.isOurs(mine)).isFalse();
      Files.setPosixFilePermissions(mine, PosixFilePermissions.fromString("r--r-----"));
      SecretFile.requirePrivate(mine);
    }
  }

  /** Kubernetes puts links to links there. */
  @Test
  void shouldLookAtWhatALinkLeadsTo() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), file("rw-r--r--"));
    assertThatThrownBy(() -> SecretFile.requirePrivate(link))
        .isInstanceOf(ExposedSecretException.class)
        .hasMessageEndingWith(link.toString());
  }

  @Test
  void shouldReadWhereThereAreNoPermissions() throws IOException {
    try (FileSystem zip =
        FileSystems.newFileSystem(folder.resolve("secrets.zip"), Map.of("create", "true"))) {
      Path file = Files.writeString(zip.getPath("/secret"), SECRET + "\nsecond line\n");
      try (SecretBytes secret = SecretFile.firstLine(file)) {
        assertThat(secret.length()).isEqualTo(SECRET.length());
      }
      assertThatThrownBy(() -> SecretFile.requirePrivate(zip.getPath("/none")))
          .isInstanceOf(NoSuchFileException.class);
    }
  }

  @Test
  void shouldSayThatThereIsNone() {
    assertThatThrownBy(() -> SecretFile.firstLine(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  private Path file(String mode) throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), SECRET + "\r\nsecond line\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }
}
