package io.pulsewarden.keys.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.secret.SecretBytes;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyringTest {

  private static final KekName NAME = new KekName(UUID.randomUUID(), 7);
  private static final String PASSPHRASE = "correct horse battery staple";

  @TempDir Path folder;

  @Test
  void shouldReadWhatAnEarlierLifeWrote() throws IOException {
    KekVersion first;
    KekVersion second;
    String bytes;
    try (Keyring earlier = open()) {
      first = earlier.newest(NAME);
      second = earlier.addVersion(NAME);
      bytes = hex(earlier, first);
    }
    try (Keyring later = open()) {
      assertThat(List.of(first.version(), second.version())).containsExactly(1, 2);
      assertThat(hex(later, first)).isEqualTo(bytes);
      assertThat(later.newest(NAME)).isEqualTo(second);
      assertThat(later.find(new KekVersion(NAME, 3))).isEmpty();
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void shouldRefuseAWrongPassphraseInOneLineAndChangeNothing() throws IOException {
    try (Keyring keyring = open()) {
      keyring.newest(NAME);
    }
    byte[] before = Files.readAllBytes(file());

    assertThatThrownBy(() -> new Keyring(new KeyringFile(file(), Passphrase.of("wrong"))))
        .isInstanceOf(KeyringException.class)
        .hasMessage("the keyring's passphrase is wrong, or the file is damaged: " + file())
        .hasMessageNotContaining("\n");

    assertThat(Files.readAllBytes(file())).isEqualTo(before);
    assertThat(folder.toFile().list()).containsExactly("keyring.p12");
  }

  @Test
  void shouldRefuseADamagedFileAndChangeNothing() throws IOException {
    try (Keyring keyring = open()) {
      keyring.newest(NAME);
    }
    byte[] damaged = Files.readAllBytes(file());
    damaged[damaged.length / 2] ^= 1;
    Files.write(file(), damaged);

    assertThatThrownBy(this::open).isInstanceOf(KeyringException.class);

    assertThat(Files.readAllBytes(file())).isEqualTo(damaged);
  }

  @Test
  void shouldKeepTheOldKeyringWhenKilledBeforeTheRename() throws Exception {
    KekVersion first;
    String bytes;
    try (Keyring keyring = open()) {
      first = keyring.newest(NAME);
      bytes = hex(keyring, first);
    }

    assertThat(writerKilledBeforeTheRename()).isEqualTo(KilledWriter.EXIT_CODE);

    assertThat(folder.resolve("keyring.p12.tmp")).exists();
    try (Keyring survivor = open()) {
      assertThat(survivor.newest(NAME)).isEqualTo(first);
      assertThat(hex(survivor, first)).isEqualTo(bytes);
      assertThat(survivor.addVersion(NAME).version()).isEqualTo(2);
    }
    assertThat(folder.resolve("keyring.p12.tmp")).doesNotExist();
    try (Keyring afterwards = open()) {
      assertThat(afterwards.newest(NAME).version()).isEqualTo(2);
    }
  }

  @Test
  void shouldNotUseAVersionThatCouldNotBeWritten() {
    KeyringFile full =
        new KeyringFile(
            file(),
            Passphrase.of(PASSPHRASE),
            (written, target) -> {
              throw new IOException("disk full");
            });
    try (Keyring keyring = new Keyring(full)) {
      assertThatThrownBy(() -> keyring.newest(NAME)).isInstanceOf(KeyringException.class);
      assertThat(keyring.find(new KekVersion(NAME, 1))).isEmpty();
    }
  }

  @Test
  void shouldWriteTheWholeKeyringAfterAFailedWriteAndATrim() throws IOException {
    try (Keyring earlier = open()) {
      earlier.newest(NAME);
    }
    AtomicBoolean full = new AtomicBoolean();
    KekName other = new KekName(UUID.randomUUID(), 0);
    KeyringFile file =
        new KeyringFile(
            file(),
            Passphrase.of(PASSPHRASE),
            (written, target) -> {
              if (full.get()) {
                throw new IOException("disk full");
              }
              KeyringFile.moveAtomically(written, target);
            });
    String second;
    String others;
    try (Keyring keyring = new Keyring(file)) {
      second = hex(keyring, keyring.addVersion(NAME));
      full.set(true);
      assertThatThrownBy(() -> keyring.trim(NAME, 2)).isInstanceOf(KeyringException.class);
      assertThatThrownBy(() -> keyring.newest(other)).isInstanceOf(KeyringException.class);
      full.set(false);
      others = hex(keyring, keyring.newest(other));
      keyring.trim(NAME, 2);
    }

    try (Keyring later = open()) {
      assertThat(later.find(new KekVersion(NAME, 1))).isEmpty();
      assertThat(hex(later, new KekVersion(NAME, 2))).isEqualTo(second);
      assertThat(hex(later, later.newest(other))).isEqualTo(others);
      assertThat(later.newest(NAME).version()).isEqualTo(2);
    }
  }

  @Test
  void shouldLetOneProcessAtATimeIn() throws IOException {
    try (KeyringLock mine = KeyringLock.take(file())) {
      assertThat(mine).isNotNull();
      assertThatThrownBy(() -> KeyringLock.take(file()))
          .isInstanceOf(KeyringException.class)
          .hasMessageContaining("in use by another process");
    }
    KeyringLock.take(file()).close();
  }

  @Test
  void shouldReadThePassphraseFromTheFirstLineOfAPrivateFileOnly() throws IOException {
    Path secret = folder.resolve("passphrase");
    Files.writeString(secret, PASSPHRASE + "\nsecond line\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> Passphrase.read(secret))
        .isInstanceOf(KeyringException.class)
        .hasMessageContaining("chmod 600");

    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    try (Passphrase read = Passphrase.read(secret)) {
      assertThat(read.<String>use(String::new)).isEqualTo(PASSPHRASE);
      assertThat(read.toString()).doesNotContain(PASSPHRASE);
    }

    Files.writeString(secret, "\n");
    assertThatThrownBy(() -> Passphrase.read(secret)).hasMessageContaining("empty");
  }

  private int writerKilledBeforeTheRename() throws IOException, InterruptedException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                KilledWriter.class.getName(),
                file().toString(),
                PASSPHRASE,
                NAME.organisation().toString(),
                String.valueOf(NAME.shard()))
            .redirectErrorStream(true)
            .redirectOutput(new File(folder.toFile(), "writer.log"))
            .start();
    assertThat(writer.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return writer.exitValue();
  }

  private Keyring open() {
    return new Keyring(new KeyringFile(file(), Passphrase.of(PASSPHRASE)));
  }

  private Path file() {
    return folder.resolve("keyring.p12");
  }

  private static String hex(Keyring keyring, KekVersion version) {
    SecretBytes kek = keyring.find(version).orElseThrow();
    return kek.use(HexFormat.of()::formatHex);
  }
}
