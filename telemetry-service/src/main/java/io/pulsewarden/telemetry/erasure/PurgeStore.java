package io.pulsewarden.telemetry.erasure;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.Agent;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.pulsewarden.telemetry.erasure.HeldCuts.Cut;
import io.pulsewarden.telemetry.erasure.Wearings.Worn;
import io.pulsewarden.telemetry.keys.Confirmation.Purged;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/** Deletes, and remembers what was deleted. Thread-safe. */
final class PurgeStore {

  private static final String HELD =
      """
      DELETE FROM vital_block WHERE organisation_id = $1 AND device_id = $2
        AND subject_kind = 2 AND first_time_ms >= $3 AND last_time_ms < $4\
      """;

  private final Pool pool;
  private final AuditEvents events;
  private final Agent self;
  private final HeldCuts cuts;

  PurgeStore(Pool pool, HeldCuts cuts, AuditEvents events, Agent self) {
    this.pool = pool;
    this.cuts = cuts;
    this.events = events;
    this.self = self;
  }

  /**
   * Deletes blind indexes, held readings and refused input of these patients, in one transaction
   * with the place in the topic. A crash before the commit leaves all, and it is read again; after
   * it, nothing is left but to tell key management, and what was cut off held blocks is in the
   * outbox, on its way to be held again.
   */
  Uni<Void> purge(TopicPartition partition, long next, List<ErasedKey> erased, Wearings wearings) {
    List<Worn> worn =
        wearings.by(erased.stream().map(ErasedKey::patient).collect(Collectors.toSet()));
    return cuts.of(worn).chain(cut -> purge(partition, next, erased, wearings, worn, cut));
  }

  private Uni<Void> purge(
      TopicPartition partition,
      long next,
      List<ErasedKey> erased,
      Wearings wearings,
      List<Worn> worn,
      List<Cut> cut) {
    return pool.withTransaction(
        connection -> {
          Uni<Void> done = QuarantinePurgeStore.begin(connection, worn);
          for (ErasedKey key : erased) {
            done = done.chain(() -> purge(connection, key, wearings, cut));
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

  private Uni<Void> purge(
      SqlConnection connection, ErasedKey key, Wearings wearings, List<Cut> cut) {
    return connection
        .preparedQuery(
            "DELETE FROM patient_identifier WHERE organisation_id = $1 AND patient_id = $2")
        .execute(Tuple.of(key.organisation(), key.patient()))
        .chain(
            indexes ->
                delete(connection, key.organisation(), wearings.by(Set.of(key.patient())), cut)
                    .chain(
                        deleted ->
                            remember(connection, key, new Deleted(indexes.rowCount(), deleted))));
  }

  /**
   * Deletes what was stored of erased patients after their purge, because it stood in Kafka still,
   * or because the registry said only then that they had worn the device. A crash leaves the rest
   * for the next sweep.
   */
  Uni<Void> sweep(Wearings wearings) {
    return pool.query("SELECT DISTINCT organisation_id, patient_id FROM erased_patient")
        .execute()
        .chain(
            rows -> {
              Map<UUID, UUID> organisations = new HashMap<>();
              rows.forEach(row -> organisations.put(row.getUUID(1), row.getUUID(0)));
              Map<UUID, List<Worn>> worn =
                  wearings.by(organisations.keySet()).stream()
                      .collect(Collectors.groupingBy(each -> each.assignment().patient()));
              Uni<Void> done = Uni.createFrom().voidItem();
              for (Map.Entry<UUID, List<Worn>> of : worn.entrySet()) {
                UUID organisation = Objects.requireNonNull(organisations.get(of.getKey()));
                done = done.chain(() -> sweep(organisation, of.getKey(), of.getValue()));
              }
              return done;
            });
  }

  private Uni<Void> sweep(UUID organisation, UUID patient, List<Worn> worn) {
    return cuts.of(worn).chain(cut -> sweep(organisation, patient, worn, cut));
  }

  private Uni<Void> sweep(UUID organisation, UUID patient, List<Worn> worn, List<Cut> cut) {
    return pool.withTransaction(
        connection ->
            QuarantinePurgeStore.begin(connection, worn)
                .chain(() -> delete(connection, organisation, worn, cut))
                .chain(
                    deleted ->
                        deleted.nothing()
                            ? Uni.createFrom().voidItem()
                            : OutboxWriter.insert(
                                connection,
                                List.of(
                                    OutboxRow.audit(
                                        event(organisation, patient, new Deleted(0, deleted)))))));
  }

  /** What devices sent at the times when the patient wore them, and is not the patient's by key. */
  private record OfDevices(long held, long quarantined) {
    boolean nothing() {
      return held == 0 && quarantined == 0;
    }
  }

  private record Deleted(long indexes, OfDevices ofDevices) {}

  private static Uni<OfDevices> delete(
      SqlConnection connection, UUID organisation, List<Worn> worn, List<Cut> cut) {
    Uni<OfDevices> deleted = Uni.createFrom().item(new OfDevices(0, 0));
    for (Worn one : worn) {
      if (one.organisation().equals(organisation)) {
        for (Cut of : cut) {
          if (of.isOf(one)) {
            deleted =
                deleted.chain(
                    before ->
                        take(connection, of)
                            .map(
                                held -> new OfDevices(before.held() + held, before.quarantined())));
          }
        }
        deleted =
            deleted.chain(
                before ->
                    held(connection, one)
                        .chain(
                            held ->
                                QuarantinePurgeStore.delete(connection, one)
                                    .map(
                                        refused ->
                                            new OfDevices(
                                                before.held() + held,
                                                before.quarantined() + refused))));
      }
    }
    return deleted;
  }

  /** Of two purges at once, and of a purge and a release, one finds the block. */
  private static Uni<Integer> take(SqlConnection connection, Cut cut) {
    return connection
        .preparedQuery(
            "DELETE FROM vital_block WHERE partition = $1 AND message_offset = $2"
                + " AND last_time_ms = $3 AND subject_kind = 2")
        .execute(
            Tuple.of(cut.block().partition(), cut.block().offset(), cut.block().lastTimeMillis()))
        .map(RowSet::rowCount)
        .chain(
            held ->
                held == 0 || cut.rest().isEmpty()
                    ? Uni.createFrom().item(held)
                    : OutboxWriter.insert(connection, List.of(cut.rest().get())).replaceWith(held));
  }

  private static Uni<Integer> held(SqlConnection connection, Worn worn) {
    return connection
        .preparedQuery(HELD)
        .execute(
            Tuple.of(
                worn.organisation(),
                worn.device(),
                worn.assignment().fromMillis(),
                worn.assignment().untilMillis()))
        .map(RowSet::rowCount);
  }

  /**
   * A key that is destroyed a second time was put back by a restored backup: key management waits
   * for the word again.
   */
  private Uni<Void> remember(SqlConnection connection, ErasedKey key, Deleted deleted) {
    return connection
        .preparedQuery(
            """
            INSERT INTO erased_patient (subject_key_id, organisation_id, patient_id, blind_indexes,
              held_blocks, quarantined)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (subject_key_id) DO UPDATE SET confirmed_at = NULL\
            """)
        .execute(
            Tuple.of(
                key.subjectKey(),
                key.organisation(),
                key.patient(),
                deleted.indexes(),
                deleted.ofDevices().held(),
                deleted.ofDevices().quarantined()))
        .chain(
            () ->
                OutboxWriter.insert(
                    connection,
                    List.of(OutboxRow.audit(event(key.organisation(), key.patient(), deleted)))));
  }

  private AuditEvent event(UUID organisation, UUID patient, Deleted deleted) {
    return events
        .event(
            AuditAction.AUDIT_ACTION_PATIENT_PURGED,
            AuditOutcome.AUDIT_OUTCOME_SUCCESS,
            organisation,
            self)
        .addPatientId(patient.toString())
        .addEntity(count("BlindIndex", deleted.indexes()))
        .addEntity(count("HeldBlock", deleted.ofDevices().held()))
        .addEntity(count("QuarantinedMessage", deleted.ofDevices().quarantined()))
        .build();
  }

  private static Entity count(String type, long count) {
    return Entity.newBuilder().setType(type).setCount(count).build();
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
