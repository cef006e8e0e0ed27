package io.pulsewarden.registry.issuer;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.access.SystemWorkStore;
import io.pulsewarden.registry.ca.AuthorityClient;
import io.pulsewarden.registry.ca.CertificateAuthority;
import io.pulsewarden.registry.ca.NextIssuer;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.FeedStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Introduces issuing CAs. Audited before it is done, and again if it was not: a crash in between
 * leaves an entry about a CA that there may not be, never a CA without an entry.
 */
@ApplicationScoped
class IssuerStore {

  private final AuthorityClient authority;
  private final SystemWorkStore work;
  private final FeedStore feed;
  private final DeviceAudit audit;

  IssuerStore(AuthorityClient authority, SystemWorkStore work, FeedStore feed, DeviceAudit audit) {
    this.authority = authority;
    this.work = work;
    this.feed = feed;
    this.audit = audit;
  }

  Uni<NextIssuer> introduce(Caller caller) {
    return audit(caller, AuditOutcome.AUDIT_OUTCOME_SUCCESS)
        .chain(() -> authority.ask(CertificateAuthority::introduceIssuer))
        .call(
            next ->
                next instanceof NextIssuer.Introduced
                    ? Uni.createFrom().voidItem()
                    : audit(caller, AuditOutcome.AUDIT_OUTCOME_FAILED));
  }

  private Uni<Void> audit(Caller caller, AuditOutcome outcome) {
    AuditEvent event =
        audit
            .byUser(AuditAction.AUDIT_ACTION_ISSUING_CA_ADDED, caller, caller.organisationId())
            .clearEntity()
            .addEntity(DeviceAudit.entity("IssuingCa", ""))
            .setOutcome(outcome)
            .build();
    return work.withTransaction(caller.organisationId(), session -> feed.audit(session, event));
  }
}
