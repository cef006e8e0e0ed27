package io.pulsewarden.registry.issuer;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.access.SystemWorkStore;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.FeedStore;
import io.pulsewarden.registry.idempotency.IdempotencyKey;
import io.pulsewarden.registry.idempotency.IdempotencyStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Remembers wishes for another issuing CA, and writes them into the audit log. */
@ApplicationScoped
class IntroductionStore {

  private final SystemWorkStore work;
  private final FeedStore feed;
  private final DeviceAudit audit;
  private final IdempotencyStore once;
  private final Clock clock;

  IntroductionStore(
      SystemWorkStore work, FeedStore feed, DeviceAudit audit, IdempotencyStore once, Clock clock) {
    this.work = work;
    this.feed = feed;
    this.audit = audit;
    this.once = once;
    this.clock = clock;
  }

  /**
   * A wish.
   *
   * @param known fingerprints of the issuers that there were when it came first
   * @param repeated whether it was there before
   */
  record Wish(Set<String> known, boolean repeated) {

    Wish {
      known = Set.copyOf(known);
    }
  }

  /** A first wish is audited in its transaction; a repeated one may have nothing to tell. */
  Uni<Wish> remember(Caller caller, IdempotencyKey key, Set<String> known) {
    UUID id = UUID.randomUUID();
    return work.withTransaction(
        caller.organisationId(),
        session ->
            once.of(
                session,
                caller,
                key,
                id,
                () ->
                    insert(session, caller, key, id, known)
                        .chain(() -> audit(session, caller, AuditOutcome.AUDIT_OUTCOME_SUCCESS))
                        .replaceWith(new Wish(known, false)),
                earlier -> read(session, earlier)));
  }

  /** Only a key can bring a wish back, and for as long as it is remembered itself. */
  private Uni<Integer> insert(
      Mutiny.Session session, Caller caller, IdempotencyKey key, UUID id, Set<String> known) {
    if (key.key() == null) {
      return Uni.createFrom().item(0);
    }
    Instant now = clock.instant();
    return session
        .createNativeQuery(
            "DELETE FROM issuer_introduction"
                + " WHERE organisation_id = :organisation AND created_at < :oldest")
        .setParameter("organisation", caller.organisationId())
        .setParameter("oldest", now.minus(IdempotencyStore.REMEMBERED))
        .executeUpdate()
        .chain(
            () ->
                session
                    .createNativeQuery(
                        "INSERT INTO issuer_introduction (id, organisation_id, known, created_at)"
                            + " VALUES (:id, :organisation, string_to_array(:known, ','), :now)")
                    .setParameter("id", id)
                    .setParameter("organisation", caller.organisationId())
                    .setParameter("known", String.join(",", known))
                    .setParameter("now", now)
                    .executeUpdate());
  }

  private static Uni<Wish> read(Mutiny.Session session, UUID id) {
    return session
        .createNativeQuery(
            "SELECT array_to_string(known, ',') FROM issuer_introduction WHERE id = :id",
            String.class)
        .setParameter("id", id)
        .getSingleResult()
        .map(known -> new Wish(Set.of(known.split(",", -1)), true));
  }

  Uni<Void> audit(Caller caller, AuditOutcome outcome) {
    return work.withTransaction(
        caller.organisationId(), session -> audit(session, caller, outcome));
  }

  private Uni<Void> audit(Mutiny.Session session, Caller caller, AuditOutcome outcome) {
    return feed.audit(
        session,
        audit
            .byUser(AuditAction.AUDIT_ACTION_ISSUING_CA_ADDED, caller, caller.organisationId())
            .clearEntity()
            .addEntity(DeviceAudit.entity("IssuingCa", ""))
            .setOutcome(outcome)
            .build());
  }
}
