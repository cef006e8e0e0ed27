package io.pulsewarden.platform.certificates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A key and the certificate chain for it, leaf first.
 *
 * @param chain the leaf, then its issuer
 * @param privateKey the leaf's key; never printed
 */
public record IssuedCertificate(List<X509Certificate> chain, PrivateKey privateKey) {

  public IssuedCertificate {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("a chain has at least its leaf");
    }
  }

  /** The certificate itself, without its issuer. */
  public X509Certificate leaf() {
    return chain.getFirst();
  }

  /**
   * Writes {@code baseName.crt} (chain), {@code baseName.key} (PKCS#8, mode 0600) and {@code
   * baseName.pem} (both in one file, as Kafka wants it, mode 0600). Each file is replaced at once,
   * so that a reader sees the old or the new one; a crash in between leaves a pair that doesn't
   * match, which the next call mends.
   */
  public void writePem(Path directory, String baseName) throws IOException {
    Files.createDirectories(directory);
    String certificates = Pem.certificates(chain);
    String key = Pem.privateKey(privateKey);
    Pem.write(directory.resolve(baseName + ".key"), key);
    Pem.write(directory.resolve(baseName + ".crt"), certificates);
    Pem.write(directory.resolve(baseName + ".pem"), key + certificates);
  }

  @Override
  public String toString() {
    return "IssuedCertificate[" + leaf().getSubjectX500Principal() + "]";
  }
}
