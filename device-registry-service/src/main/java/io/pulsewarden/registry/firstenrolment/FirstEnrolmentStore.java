package io.pulsewarden.registry.firstenrolment;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.access.SystemWorkStore;
import io.pulsewarden.registry.device.IfMatch;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.FeedStore;
import io.pulsewarden.registry.problem.Constraint;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** How an organisation's devices enrol, each change audited in its own transaction. */
@ApplicationScoped
public class FirstEnrolmentStore {

  private final SystemWorkStore work;
  private final FeedStore feed;
  private final DeviceAudit audit;
  private final Clock clock;

  FirstEnrolmentStore(SystemWorkStore work, FeedStore feed, DeviceAudit audit, Clock clock) {
    this.work = work;
    this.feed = feed;
    this.audit = audit;
    this.clock = clock;
  }

  /** The organisation that a label stands for. */
  public Uni<Optional<UUID>> organisation(String label) {
    return work.withTransaction(
            session ->
                session
                    .createSelectionQuery(
                        "select s.organisationId from EnrolmentSettingsEntity s"
                            + " where s.label = :label",
                        UUID.class)
                    .setParameter("label", label)
                    .getSingleResultOrNull())
        .map(Optional::ofNullable);
  }

  /** The item is null where nothing was ever set. */
  Uni<EnrolmentSettingsEntity> settings(Caller caller) {
    return work.withTransaction(
        caller.organisationId(),
        session -> session.find(EnrolmentSettingsEntity.class, caller.organisationId()));
  }

  /** Of two first changes at once, the second finds that it looked at something else. */
  Uni<EnrolmentSettingsEntity> change(
      Caller caller, IfMatch ifMatch, @Nullable String label, boolean approval) {
    return work.withTransaction(
            caller.organisationId(),
            session ->
                session
                    .find(
                        EnrolmentSettingsEntity.class,
                        caller.organisationId(),
                        LockModeType.PESSIMISTIC_WRITE)
                    .chain(
                        present -> {
                          ifMatch.check(present == null ? 0 : present.version());
                          if (present != null) {
                            present.change(label, approval, clock.instant());
                            return Uni.createFrom().item(present);
                          }
                          EnrolmentSettingsEntity made =
                              new EnrolmentSettingsEntity(
                                  caller.organisationId(), label, approval, clock.instant());
                          return session.persist(made).replaceWith(made);
                        })
                    .call(
                        changed ->
                            audit(session, caller, approval ? "approval-on" : "approval-off")))
        .onFailure(failure -> Constraint.isBroken(failure, "enrolment_settings_label_key"))
        .transform(
            failure ->
                new ProblemException(
                    ProblemType.LABEL_TAKEN.at("label", "Another organisation has this label.")))
        .onFailure(failure -> Constraint.isBroken(failure, "enrolment_settings_pkey"))
        .transform(
            failure ->
                new ProblemException(
                    ProblemType.PRECONDITION_FAILED.because("It was set meanwhile.")));
  }

  private Uni<Void> audit(Mutiny.Session session, Caller caller, String reason) {
    AuditEvent event =
        audit
            .byUser(
                AuditAction.AUDIT_ACTION_ENROLMENT_SETTINGS_CHANGED,
                caller,
                caller.organisationId())
            .clearEntity()
            .addEntity(DeviceAudit.entity("Organisation", caller.organisationId().toString()))
            .setReasonCode(reason)
            .build();
    return feed.audit(session, event);
  }
}
