package io.pulsewarden.registry.firstenrolment;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.access.SystemWorkStore;
import io.pulsewarden.registry.device.IfMatch;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.FeedStore;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** First enrolments that wait for a person, and what the person says. */
@ApplicationScoped
class DecisionStore {

  private static final int MAX_LISTED = 500;

  private final SystemWorkStore work;
  private final FeedStore feed;
  private final DeviceAudit audit;
  private final Clock clock;

  DecisionStore(SystemWorkStore work, FeedStore feed, DeviceAudit audit, Clock clock) {
    this.work = work;
    this.feed = feed;
    this.audit = audit;
    this.clock = clock;
  }

  Uni<List<EnrolmentRequestEntity>> pending(Caller caller) {
    return work.withTransaction(
        caller.organisationId(),
        session ->
            session
                .createSelectionQuery(
                    "from EnrolmentRequestEntity r where r.organisationId = :organisation"
                        + " and r.state = PENDING order by r.requestedAt, r.id",
                    EnrolmentRequestEntity.class)
                .setParameter("organisation", caller.organisationId())
                .setMaxResults(MAX_LISTED)
                .getResultList());
  }

  Uni<EnrolmentRequestEntity> read(Caller caller, UUID id) {
    return work.withTransaction(
        caller.organisationId(), session -> pending(session, caller, id, LockModeType.NONE));
  }

  /** Decides a request once; it is gone from sight if it was decided or replaced before. */
  Uni<Void> decide(Caller caller, UUID id, IfMatch ifMatch, EnrolmentRequestEntity.State decision) {
    return work.withTransaction(
        caller.organisationId(),
        session ->
            pending(session, caller, id, LockModeType.PESSIMISTIC_WRITE)
                .invoke(
                    found -> {
                      ifMatch.check(found.version());
                      found.decide(decision, caller.userId(), clock.instant());
                    })
                .chain(
                    found ->
                        feed.audit(
                            session,
                            audit
                                .byUser(
                                    AuditAction.AUDIT_ACTION_ENROLMENT_DECIDED,
                                    caller,
                                    found.deviceId())
                                .setReasonCode(
                                    decision == EnrolmentRequestEntity.State.APPROVED
                                        ? "approved"
                                        : "rejected")
                                .build())));
  }

  private static Uni<EnrolmentRequestEntity> pending(
      Mutiny.Session session, Caller caller, UUID id, LockModeType lock) {
    return session
        .createSelectionQuery(
            "from EnrolmentRequestEntity r where r.id = :id"
                + " and r.organisationId = :organisation and r.state = PENDING",
            EnrolmentRequestEntity.class)
        .setParameter("id", id)
        .setParameter("organisation", caller.organisationId())
        .setLockMode(lock)
        .getSingleResultOrNull()
        .onItem()
        .ifNull()
        .failWith(() -> new ProblemException(ProblemType.NOT_FOUND.plain()));
  }
}
