package io.pulsewarden.registry.feed;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.pulsewarden.registry.ca.AnnouncedIssuers;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Issuing CAs whose devices telemetry lets in no more. */
@ApplicationScoped
public class IssuerRetirementStore {

  /** The row is locked from here on, as it is by whoever announces the CA meanwhile. */
  private static final String RETIRE =
      "INSERT INTO issuer_announcement AS a (fingerprint, retired_at) VALUES ($1, $2)"
          + " ON CONFLICT (fingerprint) DO UPDATE SET retired_at = EXCLUDED.retired_at"
          + " WHERE a.retired_at IS NULL";

  private static final String RETIRED =
      "SELECT fingerprint, retired_at FROM issuer_announcement WHERE retired_at IS NOT NULL";

  private final Pool pool;
  private final Clock clock;

  IssuerRetirementStore(Pool pool, Clock clock) {
    this.pool = pool;
    this.clock = clock;
  }

  /**
   * Retires it, for good; what is retired already stays as it is, and is not audited again.
   *
   * <p>A crash before the commit leaves nothing. After it the feed's record and the audit event are
   * in the outbox, for whoever runs next.
   */
  public Uni<Void> retire(X509Certificate issuer, AuditEvent event) {
    Tuple values =
        Tuple.of(AnnouncedIssuers.fingerprint(issuer), clock.instant().atOffset(ZoneOffset.UTC));
    return pool.withTransaction(
        connection ->
            connection
                .preparedQuery(RETIRE)
                .execute(values)
                .chain(
                    done ->
                        done.rowCount() == 0
                            ? Uni.createFrom().voidItem()
                            : tell(connection, issuer, event)));
  }

  private static Uni<Void> tell(
      SqlConnection connection, X509Certificate issuer, AuditEvent event) {
    return OutboxWriter.insert(
        connection, List.of(DeviceStates.issuer(issuer, true), OutboxRow.audit(event)));
  }

  /** When each that is retired was, by the fingerprint of its certificate. */
  public Uni<Map<String, Instant>> retired() {
    return pool.query(RETIRED)
        .execute()
        .map(
            rows -> {
              Map<String, Instant> found = new HashMap<>();
              for (Row row : rows) {
                found.put(row.getString(0), row.getOffsetDateTime(1).toInstant());
              }
              return found;
            });
  }
}
