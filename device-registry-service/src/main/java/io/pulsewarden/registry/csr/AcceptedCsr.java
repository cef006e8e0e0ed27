package io.pulsewarden.registry.csr;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.HexFormat;

/** A request that passed every rule. Its names are not here on purpose: only its key counts. */
public final class AcceptedCsr {

  private final byte[] der;
  private final PublicKey publicKey;

  AcceptedCsr(byte[] der, PublicKey publicKey) {
    this.der = der.clone();
    this.publicKey = publicKey;
  }

  /** The PKCS#10 structure, for authorities that sign requests and not keys. */
  public byte[] der() {
    return der.clone();
  }

  /** EC or RSA. */
  public PublicKey publicKey() {
    return publicKey;
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
