package io.pulsewarden.registry.activity;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.registry.access.WallStore;
import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.device.Lifecycle;
import io.pulsewarden.registry.device.Transition;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.DeviceChangeStore;
import io.pulsewarden.registry.feed.FeedStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Merges reports. Each is one transaction behind the wall of the organisation that it names, and
 * doing it again changes nothing: a crash after the commit and before the offset's leaves a report
 * that is read once more.
 */
@ApplicationScoped
class ActivityStore {

  /** Every column only grows, in whatever order reports come. */
  private static final String MERGE =
      "INSERT INTO device_activity AS a (device_id, connected_at, disconnected_at,"
          + " configuration_version, configuration_acknowledged_at)"
          + " SELECT d.id, CAST(CAST(:connected AS text) AS timestamptz), CAST(CAST(:disconnected AS text) AS timestamptz),"
          + " CAST(:version AS bigint), CAST(CAST(:acknowledged AS text) AS timestamptz) FROM device d"
          + " WHERE d.id = :device AND d.organisation_id = :organisation"
          + " ON CONFLICT (device_id) DO UPDATE SET"
          + " connected_at = GREATEST(a.connected_at, excluded.connected_at),"
          + " disconnected_at = GREATEST(a.disconnected_at, excluded.disconnected_at),"
          + " configuration_acknowledged_at = CASE"
          + " WHEN excluded.configuration_version > a.configuration_version"
          + " THEN excluded.configuration_acknowledged_at"
          + " ELSE a.configuration_acknowledged_at END,"
          + " configuration_version ="
          + " GREATEST(a.configuration_version, excluded.configuration_version)";

  private final WallStore wall;
  private final FeedStore feed;
  private final DeviceAudit audit;
  private final Clock clock;

  ActivityStore(WallStore wall, FeedStore feed, DeviceAudit audit, Clock clock) {
    this.wall = wall;
    this.feed = feed;
    this.audit = audit;
    this.clock = clock;
  }

  /** Answers false if the organisation has no such device. */
  Uni<Boolean> merge(ActivityReport report) {
    return wall.within(
        report.organisationId(),
        session ->
            write(session, report)
                .chain(
                    rows ->
                        rows == 0
                            ? Uni.createFrom().item(false)
                            : activate(session, report).replaceWith(true)));
  }

  private static Uni<Integer> write(Mutiny.Session session, ActivityReport report) {
    return session
        .createNativeQuery(MERGE)
        .setParameter("device", report.deviceId())
        .setParameter("organisation", report.organisationId())
        .setParameter("connected", text(report.connectedAt()))
        .setParameter("disconnected", text(report.disconnectedAt()))
        .setParameter("version", report.configurationVersion())
        .setParameter("acknowledged", text(report.acknowledgedAt()))
        .executeUpdate();
  }

  /** PostgreSQL can't tell the type of a parameter that is null; of a text it needs none. */
  private static @Nullable String text(@Nullable Instant moment) {
    return moment == null ? null : moment.toString();
  }

  /** Looks before it locks: most reports are of devices that are active already. */
  private Uni<Void> activate(Mutiny.Session session, ActivityReport report) {
    if (report.connectedAt() == null) {
      return Uni.createFrom().voidItem();
    }
    return session
        .createSelectionQuery(
            "select count(d) from DeviceEntity d where d.id = :id and d.lifecycle = :enrolled",
            Long.class)
        .setParameter("id", report.deviceId())
        .setParameter("enrolled", Lifecycle.ENROLLED)
        .getSingleResult()
        .chain(
            enrolled ->
                enrolled == 0
                    ? Uni.createFrom().voidItem()
                    : DeviceChangeStore.lock(session, report.organisationId(), report.deviceId())
                        .chain(device -> activate(session, device)));
  }

  private Uni<Void> activate(Mutiny.Session session, DeviceEntity device) {
    if (!Transition.ACTIVATE.startsAt(device.lifecycle())) {
      return Uni.createFrom().voidItem();
    }
    device.become(Lifecycle.ACTIVE);
    device.changed(clock.instant());
    return feed.publish(
        session,
        device,
        audit
            .byDevice(
                AuditAction.AUDIT_ACTION_DEVICE_STATE_CHANGED, device.organisationId(), device.id())
            .setReasonCode(Transition.ACTIVATE.wire())
            .build());
  }
}
