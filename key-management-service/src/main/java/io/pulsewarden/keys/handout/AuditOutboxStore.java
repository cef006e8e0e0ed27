package io.pulsewarden.keys.handout;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Audit events by the outbox table. */
@ApplicationScoped
class AuditOutboxStore implements AuditOutbox {

  private final Pool pool;

  AuditOutboxStore(Pool pool) {
    this.pool = pool;
  }

  @Override
  public CompletionStage<Void> record(List<AuditEvent> events) {
    if (events.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    List<OutboxRow> rows = events.stream().map(OutboxRow::audit).toList();
    return pool.withTransaction(connection -> OutboxWriter.insert(connection, rows))
        .subscribeAsCompletionStage();
  }
}
