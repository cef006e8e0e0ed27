package io.pulsewarden.registry.feed;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.registry.device.AssignmentEntity;
import io.pulsewarden.registry.device.CertificateEntity;
import io.pulsewarden.registry.device.DeviceEntity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Writes into the outbox, in the caller's transaction: what is committed is sent, what is rolled
 * back never was.
 */
@ApplicationScoped
public class FeedStore {

  /** As far back as telemetry takes readings. */
  private static final Duration ASSIGNMENT_WINDOW = Duration.ofDays(30);

  private static final String INSERT =
      "INSERT INTO outbox (topic, partition, record_key, value, kind)"
          + " VALUES (:topic, NULL, :key, :state, :recordKind),"
          + " (:auditTopic, :auditPartition, NULL, :event, :eventKind)";

  private final FeedDetailStore details;
  private final Clock clock;

  FeedStore(FeedDetailStore details, Clock clock) {
    this.details = details;
    this.clock = clock;
  }

  /**
   * The state of a device whose row this transaction has locked or made: rows of one device get
   * ascending ids in the order of their versions.
   */
  public Uni<Void> publish(Mutiny.Session session, DeviceEntity device, AuditEvent event) {
    return session
        .flush()
        .chain(() -> state(session, device))
        .chain(state -> insert(session, DeviceStates.device(state), OutboxRow.audit(event)));
  }

  /** Both rows in one round trip, the state first. */
  private static Uni<Void> insert(Mutiny.Session session, OutboxRow state, OutboxRow event) {
    return session
        .createNativeQuery(INSERT)
        .setParameter("topic", state.topic())
        .setParameter("key", Objects.requireNonNull(state.key()).toByteArray())
        .setParameter("state", state.value().toByteArray())
        .setParameter("recordKind", state.kind().code())
        .setParameter("auditTopic", event.topic())
        .setParameter("auditPartition", event.partition())
        .setParameter("event", event.value().toByteArray())
        .setParameter("eventKind", event.kind().code())
        .executeUpdate()
        .replaceWithVoid();
  }

  /** The same, of a change whose audit event is another transaction's. */
  public Uni<Void> publish(Mutiny.Session session, DeviceEntity device) {
    return session
        .flush()
        .chain(() -> state(session, device))
        .chain(state -> persist(session, DeviceStates.device(state)));
  }

  private Uni<DeviceSnapshot> state(Mutiny.Session session, DeviceEntity device) {
    return unexpired(session, device)
        .chain(
            certificates ->
                assignments(session, device)
                    .chain(
                        assignments ->
                            details
                                .configuration(session, device)
                                .chain(
                                    configuration ->
                                        details
                                            .gatewayFor(session, device)
                                            .map(
                                                gatewayFor ->
                                                    new DeviceSnapshot(
                                                        DeviceSnapshot.Device.of(device),
                                                        certificates,
                                                        assignments,
                                                        configuration,
                                                        gatewayFor)))));
  }

  /** An event that changes no device. */
  public Uni<Void> audit(Mutiny.Session session, AuditEvent event) {
    return persist(session, OutboxRow.audit(event));
  }

  private static Uni<Void> persist(Mutiny.Session session, OutboxRow row) {
    return session.persist(new OutboxEntity(row));
  }

  private Uni<List<DeviceSnapshot.Held>> unexpired(Mutiny.Session session, DeviceEntity device) {
    return session
        .createSelectionQuery(
            "from CertificateEntity c where c.deviceId = :device and c.notAfter > :now"
                + " order by c.issuedAt desc, c.fingerprint",
            CertificateEntity.class)
        .setParameter("device", device.id())
        .setParameter("now", clock.instant())
        .getResultList()
        .map(found -> found.stream().map(DeviceSnapshot.Held::of).toList());
  }

  private Uni<List<DeviceSnapshot.Worn>> assignments(Mutiny.Session session, DeviceEntity device) {
    Instant oldest = clock.instant().minus(ASSIGNMENT_WINDOW);
    return session
        .createSelectionQuery(
            "from AssignmentEntity a where a.deviceId = :device and a.cancelledAt is null"
                + " and (a.untilAt is null or a.untilAt > :oldest) order by a.fromAt",
            AssignmentEntity.class)
        .setParameter("device", device.id())
        .setParameter("oldest", oldest)
        .getResultList()
        .map(found -> found.stream().map(DeviceSnapshot.Worn::of).toList());
  }
}
