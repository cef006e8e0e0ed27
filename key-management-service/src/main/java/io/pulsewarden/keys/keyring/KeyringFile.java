package io.pulsewarden.keys.keyring;

import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.secret.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The PKCS#12 file of docs/formats/keys.md. Not thread-safe. Encrypting an entry costs 10,000
 * rounds of PBKDF2, so that entries that were read or written once are kept in their encrypted
 * form: a write costs what is new in it and not what is there.
 */
final class KeyringFile {

  /** The step that makes the new content count; a test stops before and after it. */
  interface Rename {
    void replace(Path written, Path target) throws IOException;
  }

  private static final String TYPE = "PKCS12";
  private static final Pattern ALIAS =
      Pattern.compile("([0-9a-f-]{36})\\.([0-9]{1,2})\\.v([0-9]{1,9})");

  private final Path file;
  private final Passphrase passphrase;
  private final Rename rename;

  /** What the file holds, each entry encrypted; none before the first look, and after a failure. */
  private @Nullable KeyStore held;

  KeyringFile(Path file, Passphrase passphrase) {
    this(file, passphrase, KeyringFile::moveAtomically);
  }

  KeyringFile(Path file, Passphrase passphrase, Rename rename) {
    this.file = file.toAbsolutePath();
    this.passphrase = passphrase;
    this.rename = rename;
  }

  /**
   * All KEKs; none where there is no file yet. The receiver owns them.
   *
   * @throws KeyringException if the passphrase is wrong or the file is damaged; nothing is changed
   */
  Map<KekVersion, SecretBytes> read() {
    if (!Files.exists(file)) {
      return Map.of();
    }
    return passphrase.use(
        characters -> {
          try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(TYPE);
            store.load(in, characters);
            Map<KekVersion, SecretBytes> keks = new HashMap<>();
            for (String alias : Collections.list(store.aliases())) {
              keks.put(
                  parse(alias), SecretBytes.owning(store.getKey(alias, characters).getEncoded()));
            }
            held = store;
            return keks;
          } catch (IOException | GeneralSecurityException refused) {
            throw new KeyringException(
                "the keyring's passphrase is wrong, or the file is damaged: " + file, refused);
          }
        });
  }

  /**
   * Replaces the content, durably and at once.
   *
   * @throws KeyringException if it can't; the old content still stands
   */
  void write(Map<KekVersion, SecretBytes> keks) {
    Path folder = Objects.requireNonNull(file.getParent(), "an absolute path has a parent");
    Path written = file.resolveSibling(file.getFileName() + ".tmp");
    passphrase.use(
        characters -> {
          try {
            KeyStore store = changed(keks, characters);
            writeDurably(store, characters, written);
            // A crash before the rename leaves the old keyring and a .tmp that the next write
            // overwrites. No subject key was wrapped by the new KEK yet: nothing is lost with it.
            rename.replace(written, file);
            // A crash here may undo the rename; the KEK is not used before this returns.
            force(folder);
            held = store;
            return Boolean.TRUE;
          } catch (IOException | GeneralSecurityException refused) {
            throw new KeyringException("the keyring can't be written: " + file, refused);
          }
        });
  }

  /** What is held, without what is not among them and with what is new. */
  private KeyStore changed(Map<KekVersion, SecretBytes> keks, char[] characters)
      throws IOException, GeneralSecurityException {
    KeyStore store = held;
    // Until the write has succeeded nobody knows what the file holds.
    held = null;
    if (store == null) {
      store = KeyStore.getInstance(TYPE);
      store.load(null, characters);
    }
    for (String alias : Collections.list(store.aliases())) {
      if (!keks.containsKey(parse(alias))) {
        store.deleteEntry(alias);
      }
    }
    for (Map.Entry<KekVersion, SecretBytes> kek : keks.entrySet()) {
      if (!store.containsAlias(alias(kek.getKey()))) {
        store.setEntry(
            alias(kek.getKey()),
            new KeyStore.SecretKeyEntry(new LentKey(kek.getValue())),
            new KeyStore.PasswordProtection(characters));
      }
    }
    return store;
  }

  private static void writeDurably(KeyStore store, char[] characters, Path target)
      throws IOException, GeneralSecurityException {
    Files.deleteIfExists(target);
    try (FileChannel channel =
            FileChannel.open(
                target,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------")));
        OutputStream out = Channels.newOutputStream(channel)) {
      store.store(out, characters);
      channel.force(true);
    }
  }

  static void moveAtomically(Path written, Path target) throws IOException {
    Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static String alias(KekVersion kek) {
    return kek.name() + ".v" + kek.version();
  }

  private static KekVersion parse(String alias) {
    Matcher parts = ALIAS.matcher(alias);
    if (!parts.matches()) {
      throw new KeyringException("the keyring holds an entry that is no KEK", null);
    }
    return new KekVersion(
        new KekName(UUID.fromString(parts.group(1)), Integer.parseInt(parts.group(2))),
        Integer.parseInt(parts.group(3)));
  }
}
