package io.pulsewarden.registry.firstenrolment;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.access.SystemWorkStore;
import io.pulsewarden.registry.device.IfMatch;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.FeedStore;
import io.pulsewarden.registry.idempotency.IdempotencyKey;
import io.pulsewarden.registry.idempotency.IdempotencyStore;
import io.pulsewarden.registry.problem.Constraint;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Which manufacturers' authorities are trusted, each change audited in its own transaction. */
@ApplicationScoped
class ManufacturerCaStore {

  private static final int MAX_LISTED = 500;

  private final SystemWorkStore work;
  private final FeedStore feed;
  private final DeviceAudit audit;
  private final IdempotencyStore once;
  private final Clock clock;

  ManufacturerCaStore(
      SystemWorkStore work, FeedStore feed, DeviceAudit audit, IdempotencyStore once, Clock clock) {
    this.work = work;
    this.feed = feed;
    this.audit = audit;
    this.once = once;
    this.clock = clock;
  }

  Uni<ManufacturerCaEntity> trust(
      Caller caller, String manufacturer, X509Certificate ca, IdempotencyKey key) {
    ManufacturerCaEntity added =
        new ManufacturerCaEntity(caller.organisationId(), manufacturer, ca, clock.instant());
    return work.withTransaction(
            caller.organisationId(),
            session ->
                once.of(
                    session,
                    caller,
                    key,
                    added.id(),
                    () ->
                        session
                            .persist(added)
                            .chain(() -> audit(session, caller, added.id(), "added"))
                            .replaceWith(added),
                    earlier -> session.find(ManufacturerCaEntity.class, earlier)))
        .onFailure(failure -> Constraint.isBroken(failure, "manufacturer_ca_once"))
        .transform(failure -> new ProblemException(ProblemType.CA_EXISTS.plain()));
  }

  Uni<List<ManufacturerCaEntity>> trusted(Caller caller) {
    return work.withTransaction(
        caller.organisationId(),
        session ->
            session
                .createSelectionQuery(
                    "from ManufacturerCaEntity m where m.organisationId = :organisation"
                        + " and m.removedAt is null order by m.addedAt, m.id",
                    ManufacturerCaEntity.class)
                .setParameter("organisation", caller.organisationId())
                .setMaxResults(MAX_LISTED)
                .getResultList());
  }

  Uni<ManufacturerCaEntity> read(Caller caller, UUID id) {
    return work.withTransaction(
        caller.organisationId(),
        session -> session.find(ManufacturerCaEntity.class, id).map(ca -> present(caller, ca)));
  }

  Uni<Void> distrust(Caller caller, UUID id, IfMatch ifMatch) {
    return work.withTransaction(
        caller.organisationId(),
        session ->
            session
                .find(ManufacturerCaEntity.class, id, LockModeType.PESSIMISTIC_WRITE)
                .map(ca -> present(caller, ca))
                .invoke(
                    ca -> {
                      ifMatch.check(ca.version());
                      ca.remove(clock.instant());
                    })
                .chain(() -> audit(session, caller, id, "removed")));
  }

  private static ManufacturerCaEntity present(Caller caller, @Nullable ManufacturerCaEntity found) {
    if (found == null
        || !found.organisationId().equals(caller.organisationId())
        || !found.isTrusted()) {
      throw new ProblemException(ProblemType.NOT_FOUND.plain());
    }
    return found;
  }

  private Uni<Void> audit(Mutiny.Session session, Caller caller, UUID id, String reason) {
    return feed.audit(
        session,
        audit
            .byUser(AuditAction.AUDIT_ACTION_MANUFACTURER_CA_CHANGED, caller, id)
            .clearEntity()
            .addEntity(DeviceAudit.entity("ManufacturerCa", id.toString()))
            .setReasonCode(reason)
            .build());
  }
}
