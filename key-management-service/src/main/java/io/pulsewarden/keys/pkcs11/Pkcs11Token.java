package io.pulsewarden.keys.pkcs11;

import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider.Versions;
import io.pulsewarden.keys.kek.KekVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.security.AuthProvider;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.util.Collections;
import java.util.IntSummaryStatistics;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;

/**
 * AES-256 keys on a token, not extractable, labelled {@code <organisation>.<shard>.v<version>}.
 * Thread-safe. Whoever makes and trims keys holds the {@link VersionLock}: labels are how they are
 * told apart, and PKCS#11 does not keep two from being alike.
 */
final class Pkcs11Token implements AutoCloseable {

  private static final Pattern LABEL =
      Pattern.compile("([0-9a-f-]{36}\\.[0-9]{1,2})\\.v([0-9]{1,9})");
  private static final int KEY_BITS = 256;
  private static final AtomicInteger OPENED = new AtomicInteger();

  private final Provider provider;
  private final KeyStore store;
  private final TokenPin pin;

  private Pkcs11Token(Provider provider, KeyStore store, TokenPin pin) {
    this.provider = provider;
    this.store = store;
    this.pin = pin;
  }

  /**
   * @param slotListIndex among the library's slots, from 0
   * @param pin taken over
   */
  static Pkcs11Token open(Path library, int slotListIndex, TokenPin pin)
      throws GeneralSecurityException, IOException {
    Provider base = Security.getProvider("SunPKCS11");
    if (base == null) {
      throw new GeneralSecurityException("this Java has no SunPKCS11");
    }
    Provider provider =
        base.configure(
            """
            --name = pulsewarden-%d
            library = %s
            slotListIndex = %d
            attributes(generate,CKO_SECRET_KEY,CKK_AES) = {
              CKA_SENSITIVE = true
              CKA_EXTRACTABLE = false
              CKA_ENCRYPT = true
              CKA_DECRYPT = true
            }
            """
                .formatted(OPENED.incrementAndGet(), library, slotListIndex));
    Pkcs11Token token = new Pkcs11Token(provider, KeyStore.getInstance("PKCS11", provider), pin);
    token.refresh();
    return token;
  }

  Provider provider() {
    return provider;
  }

  /** Sees what others did to the token; fails if it is not there any more. */
  synchronized void refresh() throws GeneralSecurityException, IOException {
    try {
      pin.load(store);
    } catch (IOException refused) {
      throw new GeneralSecurityException("the token does not open", refused);
    }
  }

  synchronized Optional<SecretKey> find(KekVersion version) throws GeneralSecurityException {
    return Optional.ofNullable((SecretKey) store.getKey(label(version), new char[0]));
  }

  /** The newest version; the first is made here. */
  synchronized KekVersion newest(KekName name) throws GeneralSecurityException {
    Optional<Versions> versions = versions(name);
    return versions.isPresent() ? new KekVersion(name, versions.get().newest()) : addVersion(name);
  }

  /** On the token when this returns. */
  synchronized KekVersion addVersion(KekName name) throws GeneralSecurityException {
    int next = versions(name).map(Versions::newest).orElse(0) + 1;
    KekVersion version = new KekVersion(name, next);
    KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
    generator.init(KEY_BITS);
    store.setKeyEntry(label(version), generator.generateKey(), new char[0], null);
    return version;
  }

  synchronized Optional<Versions> versions(KekName name) throws GeneralSecurityException {
    IntSummaryStatistics found =
        Collections.list(store.aliases()).stream()
            .map(LABEL::matcher)
            .filter(Matcher::matches)
            .filter(label -> label.group(1).equals(name.toString()))
            .mapToInt(label -> Integer.parseInt(label.group(2)))
            .summaryStatistics();
    return found.getCount() == 0
        ? Optional.empty()
        : Optional.of(new Versions(found.getMin(), found.getMax()));
  }

  /** A crash in between has destroyed the oldest; done again, the others go. */
  synchronized void destroyBelow(KekName name, int oldestKept) throws GeneralSecurityException {
    int oldest = versions(name).map(Versions::oldest).orElse(oldestKept);
    for (int version = oldest; version < oldestKept; version++) {
      String label = label(new KekVersion(name, version));
      if (store.containsAlias(label)) {
        store.deleteEntry(label);
      }
    }
  }

  private static String label(KekVersion version) {
    return version.name() + ".v" + version.version();
  }

  @Override
  public synchronized void close() throws GeneralSecurityException {
    pin.close();
    if (provider instanceof AuthProvider login) {
      login.logout();
    }
  }
}
