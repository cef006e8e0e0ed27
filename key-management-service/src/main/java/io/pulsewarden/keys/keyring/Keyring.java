package io.pulsewarden.keys.keyring;

import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** All KEKs of the file, in memory while the service runs. Thread-safe. */
final class Keyring implements AutoCloseable {

  private static final int KEK_LENGTH = 32;

  private final SecureRandom random = new SecureRandom();
  private final KeyringFile file;
  private final Map<KekVersion, SecretBytes> keks;

  /**
   * @throws KeyringException if the file can't be read
   */
  Keyring(KeyringFile file) {
    this.file = file;
    this.keks = new HashMap<>(file.read());
  }

  /** That version's key, which stays the keyring's. */
  synchronized Optional<SecretBytes> find(KekVersion version) {
    return Optional.ofNullable(keks.get(version));
  }

  /** The newest version; the first is made here, and is in the file when this returns. */
  synchronized KekVersion newest(KekName name) {
    int newest = newestVersion(name);
    return newest == 0 ? addVersion(name) : new KekVersion(name, newest);
  }

  /** Makes the next version of a KEK; the ones before it still unwrap. */
  synchronized KekVersion addVersion(KekName name) {
    byte[] key = new byte[KEK_LENGTH];
    random.nextBytes(key);
    KekVersion version = new KekVersion(name, newestVersion(name) + 1);
    SecretBytes secret = SecretBytes.owning(key);
    Map<KekVersion, SecretBytes> next = new HashMap<>(keks);
    next.put(version, secret);
    file.write(next);
    keks.put(version, secret);
    return version;
  }

  private int newestVersion(KekName name) {
    return keks.keySet().stream()
        .filter(version -> version.name().equals(name))
        .mapToInt(KekVersion::version)
        .max()
        .orElse(0);
  }

  @Override
  public synchronized void close() {
    keks.values().forEach(SecretBytes::close);
    keks.clear();
  }
}
