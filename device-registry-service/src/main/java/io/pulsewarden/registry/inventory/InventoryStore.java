package io.pulsewarden.registry.inventory;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.access.WallStore;
import io.pulsewarden.registry.device.ActivityEntity;
import io.pulsewarden.registry.device.AssignmentEntity;
import io.pulsewarden.registry.device.AssignmentView;
import io.pulsewarden.registry.device.CertificateEntity;
import io.pulsewarden.registry.device.DeviceDescription;
import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.device.DeviceView;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.FeedStore;
import io.pulsewarden.registry.idempotency.IdempotencyKey;
import io.pulsewarden.registry.idempotency.IdempotencyStore;
import io.pulsewarden.registry.problem.Constraint;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Devices of one organisation: every query has it in its condition. */
@ApplicationScoped
class InventoryStore {

  /** Of certificates and of assignments shown with a device; older ones stay in the database. */
  private static final int MAX_DETAILS = 100;

  private final WallStore wall;
  private final FeedStore feed;
  private final DeviceAudit audit;
  private final IdempotencyStore once;
  private final Clock clock;

  InventoryStore(
      WallStore wall, FeedStore feed, DeviceAudit audit, IdempotencyStore once, Clock clock) {
    this.wall = wall;
    this.feed = feed;
    this.audit = audit;
    this.once = once;
    this.clock = clock;
  }

  /** Once for a key, however often it is sent. */
  Uni<DeviceView> register(Caller caller, DeviceDescription description, IdempotencyKey key) {
    DeviceEntity device =
        new DeviceEntity(UUID.randomUUID(), caller.organisationId(), description, clock.instant());
    return wall.within(
            caller.organisationId(),
            session ->
                once.of(
                    session,
                    caller,
                    key,
                    device.id(),
                    () -> insert(session, caller, device),
                    earlier -> session.find(DeviceEntity.class, earlier)))
        .onFailure(failure -> Constraint.isBroken(failure, "device_label"))
        .transform(failure -> new ProblemException(ProblemType.DEVICE_EXISTS.plain()))
        .map(DeviceView::of);
  }

  private Uni<DeviceEntity> insert(Mutiny.Session session, Caller caller, DeviceEntity device) {
    return session
        .persist(device)
        .chain(
            () ->
                feed.publish(
                    session,
                    device,
                    audit
                        .byUser(AuditAction.AUDIT_ACTION_DEVICE_REGISTERED, caller, device.id())
                        .build()))
        .replaceWith(device);
  }

  Uni<DevicePage> page(Caller caller, DeviceFilter filter, PageSize size, PageCursor after) {
    return wall.within(
            caller.organisationId(),
            session ->
                found(session, caller, filter, after)
                    // One more than asked for tells whether there is a next page.
                    .setMaxResults(size.limit() + 1)
                    .getResultList())
        .map(found -> page(found, size));
  }

  private static Mutiny.SelectionQuery<DeviceEntity> found(
      Mutiny.Session session, Caller caller, DeviceFilter filter, PageCursor after) {
    Mutiny.SelectionQuery<DeviceEntity> query =
        session
            .createSelectionQuery(
                "from DeviceEntity d where d.organisationId = :organisation"
                    + " and (d.registeredAt > :at or (d.registeredAt = :at and d.id > :id))"
                    + filter.conditions()
                    + " order by d.registeredAt, d.id",
                DeviceEntity.class)
            .setParameter("organisation", caller.organisationId())
            .setParameter("at", after.registeredAt())
            .setParameter("id", after.id());
    filter.parameters().forEach(query::setParameter);
    return query;
  }

  private static DevicePage page(List<DeviceEntity> found, PageSize size) {
    List<DeviceEntity> shown = found.subList(0, Math.min(size.limit(), found.size()));
    DeviceEntity last = shown.isEmpty() ? null : shown.getLast();
    boolean more = found.size() > shown.size();
    return new DevicePage(
        shown.stream().map(DeviceView::of).toList(),
        more && last != null ? new PageCursor(last.registeredAt(), last.id()).text() : null);
  }

  /** Shows who wears the device, so it is audited, before the answer leaves. */
  Uni<DeviceDetails> details(Caller caller, UUID id) {
    return wall.within(
        caller.organisationId(),
        session ->
            find(session, caller, id)
                .chain(device -> details(session, device))
                .call(
                    details ->
                        feed.audit(
                            session,
                            audit
                                .byUser(AuditAction.AUDIT_ACTION_DEVICE_READ, caller, id)
                                .addAllPatientId(patients(details))
                                .build())));
  }

  private static List<String> patients(DeviceDetails details) {
    return details.assignments().stream()
        .map(assignment -> assignment.patientId().toString())
        .distinct()
        .toList();
  }

  private static Uni<DeviceEntity> find(Mutiny.Session session, Caller caller, UUID id) {
    return session
        .createSelectionQuery(
            "from DeviceEntity d where d.id = :id and d.organisationId = :organisation",
            DeviceEntity.class)
        .setParameter("id", id)
        .setParameter("organisation", caller.organisationId())
        .getSingleResultOrNull()
        .onItem()
        .ifNull()
        .failWith(() -> new ProblemException(ProblemType.NOT_FOUND.plain()));
  }

  private static Uni<DeviceDetails> details(Mutiny.Session session, DeviceEntity device) {
    return certificates(session, device)
        .chain(
            certificates ->
                assignments(session, device)
                    .chain(
                        assignments ->
                            session
                                .find(ActivityEntity.class, device.id())
                                .map(
                                    activity ->
                                        details(device, activity, certificates, assignments))));
  }

  private static DeviceDetails details(
      DeviceEntity device,
      @Nullable ActivityEntity activity,
      List<CertificateEntity> certificates,
      List<AssignmentEntity> assignments) {
    return new DeviceDetails(
        DeviceView.of(device),
        activity == null ? null : DeviceDetails.ActivityView.of(activity),
        certificates.stream().map(DeviceDetails.CertificateView::of).toList(),
        assignments.stream().map(AssignmentView::of).toList());
  }

  private static Uni<List<CertificateEntity>> certificates(
      Mutiny.Session session, DeviceEntity device) {
    return session
        .createSelectionQuery(
            "from CertificateEntity c where c.deviceId = :device"
                + " order by c.issuedAt desc, c.fingerprint",
            CertificateEntity.class)
        .setParameter("device", device.id())
        .setMaxResults(MAX_DETAILS)
        .getResultList();
  }

  private static Uni<List<AssignmentEntity>> assignments(
      Mutiny.Session session, DeviceEntity device) {
    return session
        .createSelectionQuery(
            "from AssignmentEntity a where a.deviceId = :device order by a.fromAt desc",
            AssignmentEntity.class)
        .setParameter("device", device.id())
        .setMaxResults(MAX_DETAILS)
        .getResultList();
  }
}
