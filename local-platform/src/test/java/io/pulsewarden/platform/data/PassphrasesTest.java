package io.pulsewarden.platform.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.platform.PlatformException;
import io.pulsewarden.platform.process.PrivateFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassphrasesTest {

  private static final Map<String, String> GIVEN =
      Map.of("PULSEWARDEN_PASSPHRASE", "correct horse battery staple");
  private static final Map<String, String> NOTHING = Map.of();

  @TempDir Path folder;
  private DataFolder data;

  @BeforeEach
  void prepare() throws Exception {
    data = new DataFolder(folder.resolve("data"));
    data.prepare();
  }

  @Test
  void shouldKeepRandomOnesInsideIfNoneIsGiven() throws Exception {
    try (Passphrases first = Passphrases.open(data, NOTHING, false)) {
      assertThat(first.areInside()).isTrue();
      assertThat(first.keyring()).isRegularFile().startsWith(data.root());
      assertThat(Files.readString(first.keyring()))
          .isNotEqualTo(Files.readString(first.deviceCa()))
          .hasSizeGreaterThan(16);
    }
  }

  @Test
  void shouldLeaveNothingOfAGivenOneBehind() throws Exception {
    Path keyring;
    try (Passphrases given = Passphrases.open(data, GIVEN, false)) {
      keyring = given.keyring();
      assertThat(given.areInside()).isFalse();
      assertThat(keyring).isRegularFile();
      assertThat(keyring.startsWith(data.root())).isFalse();
    }

    assertThat(keyring).doesNotExist();
  }

  @Test
  void shouldGiveTheSameFilesForTheSamePassphrase() throws Exception {
    String first;
    try (Passphrases given = Passphrases.open(data, GIVEN, false)) {
      first = Files.readString(given.keyring());
    }

    try (Passphrases again = Passphrases.open(data, GIVEN, false)) {
      assertThat(Files.readString(again.keyring()))
          .isEqualTo(first)
          .isNotEqualTo(Files.readString(again.deviceCa()));
    }
  }

  @Test
  void shouldNotStartOnAFolderWhosePassphraseIsMissing() throws Exception {
    Passphrases.open(data, GIVEN, false).close();

    assertThatThrownBy(() -> Passphrases.open(data, NOTHING, false))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("PULSEWARDEN_PASSPHRASE_FILE");
  }

  @Test
  void shouldRefuseAPassphraseFileThatOthersRead() throws Exception {
    Path file = folder.resolve("passphrase");
    PrivateFiles.replace(file, "correct horse battery staple\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(
            () ->
                Passphrases.open(
                    data, Map.of("PULSEWARDEN_PASSPHRASE_FILE", file.toString()), false))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("chmod 600");
  }

  @Test
  void shouldRefuseAShortOne() {
    assertThatThrownBy(
            () -> Passphrases.open(data, Map.of("PULSEWARDEN_PASSPHRASE", "short"), false))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("16 characters");
  }
}
