package io.pulsewarden.telemetry.auditing;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.outbox.OutboxRow;
import io.smallrye.mutiny.Uni;
import org.hibernate.reactive.mutiny.Mutiny;

/** Puts audit events into the outbox within a Hibernate session's transaction. */
public final class OutboxSessionStore {

  // An audit event has no key; its column stays null.
  private static final String INSERT =
      "INSERT INTO outbox (topic, partition, value, kind) VALUES (?1, ?2, ?3, ?4)";

  private OutboxSessionStore() {}

  /** What is committed with the transaction is in the log a moment later; nothing else is. */
  public static Uni<Void> insert(Mutiny.Session session, AuditEvent event) {
    OutboxRow row = OutboxRow.audit(event);
    return session
        .createNativeQuery(INSERT)
        .setParameter(1, row.topic())
        .setParameter(2, row.partition())
        .setParameter(3, row.value().toByteArray())
        .setParameter(4, row.kind().code())
        .executeUpdate()
        .replaceWithVoid();
  }
}
