package io.pulsewarden.registry.est;

import io.pulsewarden.registry.ca.CertificateAuthority;
import io.pulsewarden.registry.ca.CertificatePem;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What a device is told to trust: its own chain, and the authority of the servers that it talks to.
 */
@Singleton
class EstTrust {

  private final byte[] encoded;

  EstTrust(
      CertificateAuthority authority,
      @ConfigProperty(name = "pulsewarden.edge-ca-file") Path edgeCaFile) {
    List<X509Certificate> all = new ArrayList<>(authority.trustChain());
    try {
      all.addAll(CertificatePem.readAll(edgeCaFile));
    } catch (IOException unreadable) {
      throw new UncheckedIOException("the edge CA's file can't be read", unreadable);
    }
    this.encoded = CertsOnly.encode(all);
  }

  /** The body of {@code /cacerts}. */
  byte[] body() {
    return encoded.clone();
  }
}
