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

  private final CertificateAuthority authority;
  private final List<X509Certificate> edge;
  private volatile Encoded last;

  @SuppressWarnings("ArrayRecordComponent") // Compared by its certificates, never as a whole.
  private record Encoded(List<X509Certificate> all, byte[] body) {}

  EstTrust(
      CertificateAuthority authority,
      @ConfigProperty(name = "pulsewarden.edge-ca-file") Path edgeCaFile) {
    this.authority = authority;
    try {
      this.edge = CertificatePem.readAll(edgeCaFile);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("the edge CA's file can't be read", unreadable);
    }
    this.last = new Encoded(List.of(), new byte[0]);
  }

  /** The body of {@code /cacerts}: encoded anew when an issuing CA came or went. */
  byte[] body() {
    List<X509Certificate> all = new ArrayList<>(authority.trustChain());
    all.addAll(edge);
    Encoded present = last;
    if (!present.all().equals(all)) {
      present = new Encoded(List.copyOf(all), CertsOnly.encode(all));
      last = present;
    }
    return present.body().clone();
  }
}
