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
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** What administrators set and decide, each change audited in its own transaction. */
@ApplicationScoped
public class FirstEnrolmentStore {

  private static final int MAX_LISTED = 500;

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
                            audit(
                                session,
                                caller,
                                AuditAction.AUDIT_ACTION_ENROLMENT_SETTINGS_CHANGED,
                                "Organisation",
                                caller.organisationId(),
                                approval ? "approval-on" : "approval-off")))
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

  Uni<ManufacturerCaEntity> trust(Caller caller, String manufacturer, X509Certificate ca) {
    ManufacturerCaEntity added =
        new ManufacturerCaEntity(caller.organisationId(), manufacturer, ca, clock.instant());
    return work.withTransaction(
            caller.organisationId(),
            session ->
                session
                    .persist(added)
                    .chain(
                        () ->
                            audit(
                                session,
                                caller,
                                AuditAction.AUDIT_ACTION_MANUFACTURER_CA_CHANGED,
                                "ManufacturerCa",
                                added.id(),
                                "added")))
        .replaceWith(added)
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

  Uni<Void> distrust(Caller caller, UUID id) {
    return work.withTransaction(
        caller.organisationId(),
        session ->
            session
                .find(ManufacturerCaEntity.class, id)
                .invoke(
                    found -> {
                      if (found == null
                          || !found.organisationId().equals(caller.organisationId())) {
                        throw new ProblemException(ProblemType.NOT_FOUND.plain());
                      }
                      found.remove(clock.instant());
                    })
                .chain(
                    () ->
                        audit(
                            session,
                            caller,
                            AuditAction.AUDIT_ACTION_MANUFACTURER_CA_CHANGED,
                            "ManufacturerCa",
                            id,
                            "removed")));
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

  /** Decides a request once; it is gone from sight if it was decided or replaced before. */
  Uni<Void> decide(Caller caller, UUID id, EnrolmentRequestEntity.State decision) {
    return work.withTransaction(
        caller.organisationId(),
        session ->
            session
                .createSelectionQuery(
                    "from EnrolmentRequestEntity r where r.id = :id"
                        + " and r.organisationId = :organisation and r.state = PENDING",
                    EnrolmentRequestEntity.class)
                .setParameter("id", id)
                .setParameter("organisation", caller.organisationId())
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getSingleResultOrNull()
                .onItem()
                .ifNull()
                .failWith(() -> new ProblemException(ProblemType.NOT_FOUND.plain()))
                .invoke(found -> found.decide(decision, caller.userId(), clock.instant()))
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

  private Uni<Void> audit(
      Mutiny.Session session,
      Caller caller,
      AuditAction action,
      String type,
      UUID id,
      String reason) {
    AuditEvent event =
        audit
            .byUser(action, caller, id)
            .clearEntity()
            .addEntity(DeviceAudit.entity(type, id.toString()))
            .setReasonCode(reason)
            .build();
    return feed.audit(session, event);
  }
}
