package io.pulsewarden.registry.csr;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.HexFormat;

/** A request that passed every rule. Its key counts; its names only have to contradict nothing. */
public final class AcceptedCsr {

  private final byte[] der;
  private final PublicKey publicKey;
  private final RequestedNames names;

  AcceptedCsr(byte[] der, PublicKey publicKey, RequestedNames names) {
    this.der = der.clone();
    this.publicKey = publicKey;
    this.names = names;
  }

  /** The PKCS#10 structure, for authorities that sign requests and not keys. */
  public byte[] der() {
    return der.clone();
  }

  /** EC, RSA or Ed25519. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** What it asks to be called. */
  public RequestedNames names() {
    return names;
  }

  /** SHA-256 over the SubjectPublicKeyInfo, in hexadecimal: which key it is, in any certificate. */
  public String keyHash() {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(publicKey.getEncoded()));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
