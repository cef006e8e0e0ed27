package io.pulsewarden.registry.status;

import io.pulsewarden.registry.ca.CertificateAuthority;
import io.pulsewarden.registry.ca.RevocationList;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.cert.CRLException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.Extension;

/** Has answers and lists signed on worker threads, and comes back to the caller's context. */
@ApplicationScoped
class StatusSigningClient {

  private final Vertx vertx;
  private final CertificateAuthority authority;
  private final StatusSigners signers;

  StatusSigningClient(Vertx vertx, CertificateAuthority authority, StatusSigners signers) {
    this.vertx = vertx;
    this.authority = authority;
    this.signers = signers;
  }

  Uni<StatusAnswer> sign(
      X509Certificate issuer,
      List<OcspSigning.Known> known,
      Optional<Extension> nonce,
      Instant now,
      Instant nextUpdate) {
    return vertx.executeBlocking(
        () -> OcspSigning.sign(known, nonce, signers.of(issuer), now, nextUpdate), false);
  }

  Uni<StatusAnswer> sign(X509Certificate issuer, RevocationList list) {
    return vertx.executeBlocking(
        () -> {
          X509CRL signed = authority.signRevocations(issuer, list);
          return new StatusAnswer(
              encoded(signed),
              // By the clock of whoever signed.
              signed.getThisUpdate().toInstant(),
              signed.getNextUpdate().toInstant(),
              Set.of(),
              true);
        },
        false);
  }

  private static byte[] encoded(X509CRL list) {
    try {
      return list.getEncoded();
    } catch (CRLException unreadable) {
      throw new IllegalStateException("a list just signed can't be encoded", unreadable);
    }
  }
}
