package io.pulsewarden.registry.issuer;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.ca.AnnouncedIssuers;
import io.pulsewarden.registry.ca.CertificateAuthority;
import io.pulsewarden.registry.ca.IssuerKey;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.IssuerRetirementStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Retires issuing CAs that sign no more. Their lists and OCSP answers go on, and so do renewals:
 * what a certificate is worth there is in the registry's records.
 */
@ApplicationScoped
class RetirementStore {

  private final CertificateAuthority authority;
  private final AnnouncedIssuers announced;
  private final IssuerRetirementStore retirements;
  private final DeviceAudit audit;

  RetirementStore(
      CertificateAuthority authority,
      AnnouncedIssuers announced,
      IssuerRetirementStore retirements,
      DeviceAudit audit) {
    this.authority = authority;
    this.announced = announced;
    this.retirements = retirements;
    this.audit = audit;
  }

  /** When each was, by the fingerprint of its certificate. */
  Uni<Map<String, Instant>> retired() {
    return retirements.retired();
  }

  Uni<RetirementOutcome> retire(Caller caller, String keyHash, RetirementReason reason) {
    List<X509Certificate> issuers = authority.issuers();
    Optional<X509Certificate> found =
        issuers.stream().filter(issuer -> IssuerKey.hash(issuer).equals(keyHash)).findFirst();
    if (found.isEmpty()) {
      return Uni.createFrom().item(new RetirementOutcome.Unknown());
    }
    X509Certificate issuer = found.get();
    // Before an instance has looked it does not know which one signs.
    if (!announced.hasAll(issuers) || issuer.equals(issuers.getFirst())) {
      return Uni.createFrom().item(new RetirementOutcome.Signing());
    }
    return retirements
        .retire(issuer, event(caller, keyHash, reason))
        .chain(retirements::retired)
        .map(
            retired ->
                new RetirementOutcome.Retired(
                    issuer,
                    Objects.requireNonNull(retired.get(AnnouncedIssuers.fingerprint(issuer)))));
  }

  private AuditEvent event(Caller caller, String keyHash, RetirementReason reason) {
    return audit
        .byUser(AuditAction.AUDIT_ACTION_ISSUING_CA_RETIRED, caller, caller.organisationId())
        .clearEntity()
        .addEntity(DeviceAudit.entity("IssuingCa", keyHash))
        .setReasonCode(reason.wire())
        .build();
  }
}
