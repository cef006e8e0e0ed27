package io.pulsewarden.keys.keyring;

import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider.Versions;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.IntSummaryStatistics;
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

  /** What there is of a KEK. */
  synchronized Optional<Versions> versions(KekName name) {
    IntSummaryStatistics versions =
        keks.keySet().stream()
            .filter(version -> version.name().equals(name))
            .mapToInt(KekVersion::version)
            .summaryStatistics();
    return versions.getCount() == 0
        ? Optional.empty()
        : Optional.of(new Versions(versions.getMin(), versions.getMax()));
  }

  /**
   * Destroys the versions below {@code oldestKept}, in the file and then here.
   *
   * @throws IllegalArgumentException if that version does not exist
   */
  synchronized void trim(KekName name, int oldestKept) {
    if (!keks.containsKey(new KekVersion(name, oldestKept))) {
      throw new IllegalArgumentException("there is no such version to keep");
    }
    Map<KekVersion, SecretBytes> kept = new HashMap<>(keks);
    kept.keySet()
        .removeIf(version -> version.name().equals(name) && version.version() < oldestKept);
    if (kept.size() == keks.size()) {
      return;
    }
    file.write(kept);
    // A crash here has trimmed the file; the next start reads no more than it.
    Map<KekVersion, SecretBytes> trimmed = new HashMap<>(keks);
    trimmed.keySet().removeAll(kept.keySet());
    trimmed.values().forEach(SecretBytes::close);
    keks.keySet().retainAll(kept.keySet());
  }

  private int newestVersion(KekName name) {
    return versions(name).map(Versions::newest).orElse(0);
  }

  @Override
  public synchronized void close() {
    keks.values().forEach(SecretBytes::close);
    keks.clear();
  }
}
