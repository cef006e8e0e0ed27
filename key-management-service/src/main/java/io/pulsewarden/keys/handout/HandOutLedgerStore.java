package io.pulsewarden.keys.handout;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.keys.subject.KeyGateStore;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The ledger in PostgreSQL; audit events by the outbox. */
@ApplicationScoped
class HandOutLedgerStore implements HandOutLedger {

  private final Pool pool;

  HandOutLedgerStore(Pool pool) {
    this.pool = pool;
  }

  /** Those of the keys that are not what seals any more. */
  private record Ended(Set<UUID> destroyed, Set<UUID> rotated) {}

  @Override
  public CompletionStage<Void> record(
      Holder holder, Leaving leaving, Function<Set<UUID>, List<AuditEvent>> events) {
    // A crash before the commit: nobody got anything. After it: somebody is believed to hold keys
    // that never left, until their time is over.
    return pool.withTransaction(
            connection ->
                KeyGateStore.pass(connection)
                    .chain(() -> ended(connection, leaving.all()))
                    .invoke(ended -> requireSealing(leaving.sealing(), ended.rotated()))
                    .map(Ended::destroyed)
                    .chain(
                        destroyed ->
                            holds(connection, holder, leaving.all().size() > destroyed.size())
                                .chain(() -> insert(connection, events.apply(destroyed)))))
        .subscribeAsCompletionStage();
  }

  private static void requireSealing(Set<UUID> sealing, Set<UUID> rotated) {
    Set<UUID> superseded = new HashSet<>(rotated);
    superseded.retainAll(sealing);
    if (!superseded.isEmpty()) {
      throw new SupersededKeysException(superseded);
    }
  }

  @Override
  public CompletionStage<Void> refused(AuditEvent event) {
    return pool.withTransaction(connection -> insert(connection, List.of(event)))
        .subscribeAsCompletionStage();
  }

  private static Uni<Ended> ended(SqlConnection connection, Set<UUID> ids) {
    if (ids.isEmpty()) {
      return Uni.createFrom().item(new Ended(Set.of(), Set.of()));
    }
    return connection
        .preparedQuery(
            "SELECT id, state = 'DESTROYED' FROM subject_key"
                + " WHERE id = ANY($1) AND state <> 'ACTIVE'")
        .execute(Tuple.of(ids.toArray(UUID[]::new)))
        .map(
            rows -> {
              Ended ended = new Ended(new HashSet<>(), new HashSet<>());
              rows.forEach(
                  row ->
                      (row.getBoolean(1) ? ended.destroyed() : ended.rotated())
                          .add(row.getUUID(0)));
              return ended;
            });
  }

  private static Uni<Void> holds(SqlConnection connection, Holder holder, boolean something) {
    return something
        ? connection
            .preparedQuery(
                """
                INSERT INTO key_holder (instance_id, service, holds_until) VALUES ($1, $2, $3)
                ON CONFLICT (instance_id) DO UPDATE
                SET holds_until = greatest(key_holder.holds_until, excluded.holds_until)""")
            .execute(
                Tuple.of(
                    holder.instance(), holder.service(), holder.until().atOffset(ZoneOffset.UTC)))
            .replaceWithVoid()
        : Uni.createFrom().voidItem();
  }

  private static Uni<Void> insert(SqlConnection connection, List<AuditEvent> events) {
    return OutboxWriter.insert(connection, events.stream().map(OutboxRow::audit).toList());
  }
}
