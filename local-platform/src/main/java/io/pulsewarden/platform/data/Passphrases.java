package io.pulsewarden.platform.data;

import io.pulsewarden.platform.PlatformException;
import io.pulsewarden.platform.process.PrivateFiles;
import io.pulsewarden.platform.secret.Password;
import io.pulsewarden.platform.servers.BuildLock;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The passphrases of the keyring and of the device CA, as files that the two services read when
 * they start. The person's one passphrase gives both (HMAC-SHA-256 of each file's name under it),
 * in a folder outside the data, removed once the services run. Without one they are random and stay
 * inside: whoever has the folder has the keys.
 */
public final class Passphrases implements AutoCloseable {

  private static final String KEYRING = "keyring-passphrase";
  private static final String DEVICE_CA = "device-ca-passphrase";
  private static final String OUTSIDE = "passphrase-is-outside";
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path folder;
  private final boolean inside;

  private Passphrases(Path folder, boolean inside) {
    this.folder = folder;
    this.inside = inside;
  }

  /**
   * Takes the passphrase from {@code PULSEWARDEN_PASSPHRASE}, the 0600 file that {@code
   * PULSEWARDEN_PASSPHRASE_FILE} names, or, if {@code ask}, the terminal.
   *
   * @throws PlatformException if the folder was begun with one and now there is none, or the other
   *     way round
   */
  public static Passphrases open(DataFolder data, Map<String, String> environment, boolean ask)
      throws IOException {
    Optional<Password> given = given(environment, ask);
    boolean begunOutside = Files.exists(data.secret(OUTSIDE));
    boolean begunInside = Files.exists(data.secret(KEYRING));
    if (given.isPresent()) {
      if (begunInside) {
        throw new PlatformException(
            "this folder's keys have a passphrase of their own inside; start a new one with --data"
                + " to use yours");
      }
      PrivateFiles.replace(data.secret(OUTSIDE), "");
      return outside(given.get());
    }
    if (begunOutside) {
      throw new PlatformException(
          "this folder's keys need their passphrase: set PULSEWARDEN_PASSPHRASE_FILE, or give"
              + " --ask-passphrase");
    }
    return inside(data);
  }

  public Path keyring() {
    return folder.resolve(KEYRING);
  }

  public Path deviceCa() {
    return folder.resolve(DEVICE_CA);
  }

  /** Whether whoever has the data folder has the keys. */
  public boolean areInside() {
    return inside;
  }

  /** Removes what should not outlive the services' start. */
  @Override
  public void close() throws IOException {
    if (!inside) {
      BuildLock.delete(folder);
    }
  }

  /** The device CA's first: if the keyring's is there, both are. */
  private static Passphrases inside(DataFolder data) throws IOException {
    if (!Files.exists(data.secret(KEYRING))) {
      PrivateFiles.replace(data.secret(DEVICE_CA), Password.random().reveal() + "\n");
      PrivateFiles.replace(data.secret(KEYRING), Password.random().reveal() + "\n");
    }
    return new Passphrases(data.secret("."), true);
  }

  private static Passphrases outside(Password passphrase) throws IOException {
    Path memory = Path.of("/dev/shm");
    Path folder =
        Files.isDirectory(memory)
            ? Files.createTempDirectory(memory, "pulsewarden-")
            : Files.createTempDirectory("pulsewarden-");
    for (String name : new String[] {KEYRING, DEVICE_CA}) {
      PrivateFiles.replace(folder.resolve(name), derive(passphrase, name) + "\n");
    }
    return new Passphrases(folder, false);
  }

  private static String derive(Password passphrase, String name) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] key = passphrase.reveal().getBytes(StandardCharsets.UTF_8);
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] derived = mac.doFinal(name.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(derived);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HMAC-SHA-256", e);
    }
  }

  private static Optional<Password> given(Map<String, String> environment, boolean ask)
      throws IOException {
    String text = environment.get("PULSEWARDEN_PASSPHRASE");
    String file = environment.get("PULSEWARDEN_PASSPHRASE_FILE");
    if (text == null && file != null) {
      text = fromFile(Path.of(file));
    }
    if (text == null && ask) {
      text = fromTerminal();
    }
    return Optional.ofNullable(text).map(Passphrases::strong);
  }

  private static Password strong(String text) {
    if (text.length() < 16) {
      throw new PlatformException("a passphrase has at least 16 characters");
    }
    return Password.of(text);
  }

  private static String fromFile(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new PlatformException("the passphrase file " + file + " can't be read");
    }
    if (!OWNER.containsAll(Files.getPosixFilePermissions(file))) {
      throw new PlatformException("others may read " + file + ": chmod 600 it");
    }
    return Files.readString(file).strip();
  }

  @SuppressWarnings("SystemConsoleNull") // The nullness checker goes by the older contract.
  private static @Nullable String fromTerminal() {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw new PlatformException("--ask-passphrase needs a terminal");
    }
    char[] typed = console.readPassword("Passphrase of this platform's keys: ");
    return typed == null ? null : new String(typed);
  }
}
