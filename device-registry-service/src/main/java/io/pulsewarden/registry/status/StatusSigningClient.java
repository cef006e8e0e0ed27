package io.pulsewarden.registry.status;

import io.pulsewarden.registry.ca.AuthorityClient;
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

/** Has answers signed on worker threads, and lists by the authority. */
@ApplicationScoped
class StatusSigningClient {

  private final Vertx vertx;
  private final AuthorityClient authority;
  private final StatusSigners signers;

  StatusSigningClient(Vertx vertx, AuthorityClient authority, StatusSigners signers) {
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
    return signer(issuer)
        .chain(
            signer ->
                vertx.executeBlocking(
                    () -> OcspSigning.sign(known, nonce, signer, now, nextUpdate), false));
  }

  private Uni<StatusSigners.Signer> signer(X509Certificate issuer) {
    return signers
        .atHand(issuer)
        .map(present -> Uni.createFrom().item(present))
        .orElseGet(() -> authority.ask(_ -> signers.of(issuer)));
  }

  Uni<StatusAnswer> sign(X509Certificate issuer, RevocationList list) {
    return authority
        .ask(there -> there.signRevocations(issuer, list))
        .map(
            signed ->
                new StatusAnswer(
                    encoded(signed),
                    // By the clock of whoever signed.
                    signed.getThisUpdate().toInstant(),
                    signed.getNextUpdate().toInstant(),
                    Set.of(),
                    true));
  }

  private static byte[] encoded(X509CRL list) {
    try {
      return list.getEncoded();
    } catch (CRLException unreadable) {
      throw new IllegalStateException("a list just signed can't be encoded", unreadable);
    }
  }
}
