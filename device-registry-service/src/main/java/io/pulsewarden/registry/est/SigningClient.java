package io.pulsewarden.registry.est;

import io.pulsewarden.registry.ca.AuthorityClient;
import io.pulsewarden.registry.ca.DeviceName;
import io.pulsewarden.registry.ca.IssuerKey;
import io.pulsewarden.registry.csr.AcceptedCsr;
import io.pulsewarden.registry.csr.BlockedKeys;
import io.pulsewarden.registry.csr.ChannelBinding;
import io.pulsewarden.registry.csr.CsrPolicy;
import io.pulsewarden.registry.csr.CsrVerdict;
import io.pulsewarden.registry.device.IssuedCertificate;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Judges requests on worker threads, has them signed, and comes back to the caller's context.
 * Signing is before the transaction that records it, and not inside: neither an authority that is
 * slow nor a large key holds a lock of the database.
 */
@ApplicationScoped
class SigningClient {

  private final Vertx vertx;
  private final AuthorityClient authority;
  private final CsrPolicy policy;

  SigningClient(Vertx vertx, AuthorityClient authority, EnrolmentSettings settings) {
    this.vertx = vertx;
    this.authority = authority;
    this.policy = new CsrPolicy(BlockedKeys.with(settings.blockedKeysFile()));
  }

  Uni<CsrVerdict> judge(byte[] base64, ChannelBinding connection) {
    return vertx.executeBlocking(() -> policy.judge(base64, connection), false);
  }

  Uni<IssuedCertificate> sign(DeviceName name, AcceptedCsr csr) {
    return authority
        .ask(there -> there.issue(name, csr))
        .map(
            issued ->
                new IssuedCertificate(
                    issued.certificate(), csr.keyHash(), IssuerKey.hash(issued.issuer())));
  }
}
