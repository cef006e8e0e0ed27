package io.pulsewarden.keys.keyring;

import io.pulsewarden.secret.SecretBytes;
import javax.crypto.SecretKey;

/** A KEK for a cipher or a store, which copies it and zeroes the copy: here is none to be left. */
final class LentKey implements SecretKey {

  private static final long serialVersionUID = 1L;

  // Transient: a serialised form would hold no key.
  private final transient SecretBytes kek;

  LentKey(SecretBytes kek) {
    this.kek = kek;
  }

  @Override
  public String getAlgorithm() {
    return "AES";
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  @Override
  public byte[] getEncoded() {
    return kek.use(byte[]::clone);
  }
}
