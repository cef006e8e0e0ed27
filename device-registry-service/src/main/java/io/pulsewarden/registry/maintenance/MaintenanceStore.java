package io.pulsewarden.registry.maintenance;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.access.WallStore;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.DeviceChangeStore;
import io.pulsewarden.registry.feed.FeedStore;
import io.pulsewarden.registry.idempotency.IdempotencyKey;
import io.pulsewarden.registry.idempotency.IdempotencyStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Maintenance records: the record and its audit event in one commit. The feed has no part in it.
 */
@ApplicationScoped
class MaintenanceStore {

  private static final int MAX = 200;

  private final WallStore wall;
  private final FeedStore feed;
  private final DeviceAudit audit;
  private final IdempotencyStore once;

  MaintenanceStore(WallStore wall, FeedStore feed, DeviceAudit audit, IdempotencyStore once) {
    this.wall = wall;
    this.feed = feed;
    this.audit = audit;
    this.once = once;
  }

  Uni<MaintenanceView> record(Caller caller, MaintenanceEntity record, IdempotencyKey key) {
    return wall.within(
        caller.organisationId(),
        session ->
            DeviceChangeStore.lock(session, caller.organisationId(), record.deviceId)
                .chain(
                    () ->
                        once.of(
                            session,
                            caller,
                            key,
                            record.id,
                            () -> insert(session, caller, record),
                            earlier -> session.find(MaintenanceEntity.class, earlier)))
                .map(MaintenanceView::of));
  }

  private Uni<MaintenanceEntity> insert(
      Mutiny.Session session, Caller caller, MaintenanceEntity record) {
    return session
        .persist(record)
        .chain(
            () ->
                feed.audit(
                    session,
                    audit
                        .byUser(
                            AuditAction.AUDIT_ACTION_MAINTENANCE_RECORDED, caller, record.deviceId)
                        .addEntity(DeviceAudit.entity("MaintenanceRecord", record.id.toString()))
                        .setReasonCode(record.kind + "/" + record.outcome)
                        .build()))
        .replaceWith(record);
  }

  Uni<MaintenanceView.Newest> newest(Caller caller, UUID device) {
    return wall.within(
        caller.organisationId(),
        session ->
            DeviceChangeStore.lock(session, caller.organisationId(), device)
                .chain(
                    () ->
                        session
                            .createSelectionQuery(
                                "from MaintenanceEntity m where m.deviceId = :device"
                                    + " order by m.performedAt desc, m.id",
                                MaintenanceEntity.class)
                            .setParameter("device", device)
                            .setMaxResults(MAX)
                            .getResultList())
                .map(
                    records ->
                        new MaintenanceView.Newest(
                            records.stream().map(MaintenanceView::of).toList())));
  }
}
