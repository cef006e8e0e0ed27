package io.pulsewarden.telemetry.erasure;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.Agent;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.keys.Confirmation.Purged;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;

/** Deletes, and remembers what was deleted. Thread-safe. */
final class PurgeStore {

  private final Pool pool;
  private final AuditEvents events;
  private final Agent self;

  PurgeStore(Pool pool, AuditEvents events, Agent self) {
    this.pool = pool;
    this.events = events;
    this.self = self;
  }

  /**
   * Deletes blind indexes and held readings of these patients, in one transaction with the place in
   * the topic. A crash before the commit leaves all, and it is read again; after it, nothing is
   * left but to tell key management.
   */
  Uni<Void> purge(TopicPartition partition, long next, List<ErasedKey> erased, Wearings wearings) {
    return pool.withTransaction(
        connection -> {
          Uni<Void> done = Uni.createFrom().voidItem();
          for (ErasedKey key : erased) {
            done = done.chain(() -> purge(connection, key, wearings));
          }
          return done.chain(
              () ->
                  connection
                      .preparedQuery(
                          "UPDATE consumer_offset SET next_offset = greatest(next_offset, $3)"
                              + " WHERE topic = $1 AND partition = $2")
                      .execute(Tuple.of(partition.topic(), partition.partition(), next))
                      .replaceWithVoid());
        });
  }

  private Uni<Void> purge(SqlConnection connection, ErasedKey key, Wearings wearings) {
    return connection
        .preparedQuery(
            "DELETE FROM patient_identifier WHERE organisation_id = $1 AND patient_id = $2")
        .execute(Tuple.of(key.organisation(), key.patient()))
        .chain(
            indexes ->
                held(connection, key, wearings)
                    .chain(blocks -> remember(connection, key, indexes.rowCount(), blocks)));
  }

  /** Held readings of the times when the patient wore the device. */
  private static Uni<Long> held(SqlConnection connection, ErasedKey key, Wearings wearings) {
    return connection
        .preparedQuery(
            "SELECT DISTINCT device_id FROM vital_block"
                + " WHERE organisation_id = $1 AND subject_kind = 2")
        .execute(Tuple.of(key.organisation()))
        .chain(
            devices -> {
              Uni<Long> deleted = Uni.createFrom().item(0L);
              for (Row row : devices) {
                UUID device = row.getUUID(0);
                for (Assignment worn : wearings.of(device)) {
                  if (worn.patient().equals(key.patient())) {
                    deleted =
                        deleted.chain(
                            before ->
                                held(connection, key.organisation(), device, worn)
                                    .map(rows -> before + rows.rowCount()));
                  }
                }
              }
              return deleted;
            });
  }

  private static Uni<RowSet<Row>> held(
      SqlConnection connection, UUID organisation, UUID device, Assignment worn) {
    return connection
        .preparedQuery(
            "DELETE FROM vital_block WHERE organisation_id = $1 AND device_id = $2"
                + " AND subject_kind = 2 AND last_time_ms >= $3 AND first_time_ms < $4")
        .execute(Tuple.of(organisation, device, worn.fromMillis(), worn.untilMillis()));
  }

  private Uni<Void> remember(SqlConnection connection, ErasedKey key, long indexes, long blocks) {
    return connection
        .preparedQuery(
            """
            INSERT INTO erased_patient
              (subject_key_id, organisation_id, patient_id, blind_indexes, held_blocks)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING""")
        .execute(Tuple.of(key.subjectKey(), key.organisation(), key.patient(), indexes, blocks))
        .chain(
            inserted ->
                inserted.rowCount() == 0
                    ? Uni.createFrom().voidItem()
                    : OutboxWriter.insert(
                        connection, List.of(OutboxRow.audit(event(key, indexes, blocks)))));
  }

  private AuditEvent event(ErasedKey key, long indexes, long blocks) {
    return events
        .event(
            AuditAction.AUDIT_ACTION_PATIENT_PURGED,
            AuditOutcome.AUDIT_OUTCOME_SUCCESS,
            key.organisation(),
            self)
        .addPatientId(key.patient().toString())
        .addEntity(Entity.newBuilder().setType("BlindIndex").setCount(indexes))
        .addEntity(Entity.newBuilder().setType("HeldBlock").setCount(blocks))
        .build();
  }

  /** What key management has not heard of. */
  Uni<List<Purged>> unconfirmed() {
    return pool.query(
            "SELECT subject_key_id, blind_indexes, held_blocks FROM erased_patient"
                + " WHERE confirmed_at IS NULL ORDER BY purged_at LIMIT 100")
        .execute()
        .map(
            rows -> {
              List<Purged> purged = new ArrayList<>();
              rows.forEach(
                  row -> purged.add(new Purged(row.getUUID(0), row.getLong(1), row.getLong(2))));
              return purged;
            });
  }

  /** Key management has heard of these. */
  Uni<Void> confirmed(List<Purged> purged) {
    return pool.preparedQuery(
            "UPDATE erased_patient SET confirmed_at = now() WHERE subject_key_id = ANY($1)")
        .execute(Tuple.of(purged.stream().map(Purged::subjectKeyId).toArray(UUID[]::new)))
        .replaceWithVoid();
  }
}
