package io.pulsewarden.platform.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.platform.PlatformException;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

  @TempDir Path folder;
  private DataFolder data;

  @BeforeEach
  void name() {
    data = new DataFolder(folder.resolve("data"));
  }

  @Test
  void shouldBeForItsOwnerAlone() throws Exception {
    data.prepare();

    assertThat(Files.getPosixFilePermissions(data.root()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void shouldNotTouchAFolderOfSomethingElse() throws Exception {
    Files.createDirectories(data.root());
    Files.writeString(data.root().resolve("thesis.txt"), "mine");

    assertThatThrownBy(data::prepare)
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("not empty");
    assertThat(data.root()).isDirectoryNotContaining("glob:**pulsewarden-data");
  }

  @Test
  void shouldRefuseAFormatThatItDoesNotKnow() throws Exception {
    data.prepare();
    Files.writeString(data.root().resolve("pulsewarden-data"), "2\n");

    assertThatThrownBy(data::prepare)
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("another version");
  }

  @Test
  void shouldBeTakenOnce() throws Exception {
    data.prepare();

    try (FileLock lock = Objects.requireNonNull(data.tryLock())) {
      assertThat(lock.isValid()).isTrue();
      assertThatThrownBy(data::tryLock).isInstanceOf(OverlappingFileLockException.class);
    }
  }

  @Test
  void shouldKeepPasswordsAndWriteThemForTheirOwnerAlone() throws Exception {
    data.prepare();
    String first = Passwords.openOrCreate(data).of(DemoUser.NURSE).reveal();

    String again = Passwords.openOrCreate(data).of(DemoUser.NURSE).reveal();

    assertThat(again).isEqualTo(first);
    assertThat(PropertiesFile.read(data.demoUsers()))
        .containsEntry("nurse.password", first)
        .containsEntry("nurse.role", "clinician");
    assertThat(Files.getPosixFilePermissions(data.demoUsers()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void shouldHaveOtherPasswordsInAnotherFolder() throws Exception {
    DataFolder other = new DataFolder(folder.resolve("other"));
    data.prepare();
    other.prepare();

    assertThat(
            Set.of(
                Passwords.openOrCreate(data).keycloakAdmin().reveal(),
                Passwords.openOrCreate(other).keycloakAdmin().reveal()))
        .hasSize(2);
  }

  @Test
  void shouldNotShowAPassword() throws Exception {
    data.prepare();
    var password = Passwords.openOrCreate(data).keycloakAdmin();

    assertThat(password.toString()).doesNotContain(password.reveal());
  }
}
