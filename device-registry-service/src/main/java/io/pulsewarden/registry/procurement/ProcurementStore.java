package io.pulsewarden.registry.procurement;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.device.DeviceDescription;
import io.pulsewarden.registry.device.Lifecycle;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Writes procured devices in bulk, behind the organisation's wall. A batch and its audit event are
 * one commit. The feed has no part in it: a device that nobody received yet has nothing to say.
 * Blocks: called on a virtual thread, and keeps away from Hibernate Reactive (ADR 10).
 */
@ApplicationScoped
class ProcurementStore {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String INSERT =
      "INSERT INTO device (id, organisation_id, serial_number, model, manufacturer, udi, kind,"
          + " clockless, lifecycle, version, registered_at, changed_at)"
          + " SELECT u.id, $1, u.serial_number, u.model, u.manufacturer, NULLIF(u.udi, ''), u.kind,"
          + " u.clockless, $2, 1, $3, $3"
          + " FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],"
          + " $10::bool[]) AS u (id, serial_number, model, manufacturer, udi, kind, clockless)"
          + " ON CONFLICT (organisation_id, manufacturer, serial_number) DO NOTHING"
          + " RETURNING serial_number, manufacturer";

  /**
   * Of the named manufacturers the devices with one of the serial numbers: at least those that are
   * asked for. Written so that no plan looks at a device more than once: right after an import
   * PostgreSQL knows nothing of it yet, and took a look for each row by an index of another
   * purpose.
   */
  private static final String FIND =
      "SELECT serial_number, manufacturer FROM device"
          + " WHERE organisation_id = $1 AND serial_number = ANY($2) AND manufacturer = ANY($3)";

  private final Pool pool;
  private final DeviceAudit audit;
  private final Clock clock;

  ProcurementStore(Pool pool, DeviceAudit audit, Clock clock) {
    this.pool = pool;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Inserts what is not there yet.
   *
   * @param importId names the import in the audit log
   * @return lines of the rows that are devices already
   */
  Set<Integer> insert(Caller caller, UUID importId, List<ProcuredRow> rows) {
    Set<String> inserted =
        within(
            caller,
            connection ->
                connection
                    .preparedQuery(INSERT)
                    .execute(insertion(caller, rows))
                    .map(ProcurementStore::labels)
                    .call(
                        labels ->
                            OutboxWriter.insert(
                                connection, List.of(event(caller, importId, labels.size())))));
    return lines(rows, label -> !inserted.contains(label));
  }

  /** The same look without a change. */
  Set<Integer> find(Caller caller, List<ProcuredRow> rows) {
    Tuple labels =
        Tuple.of(
            caller.organisationId(),
            texts(rows, DeviceDescription::serialNumber),
            texts(rows, DeviceDescription::manufacturer));
    Set<String> there =
        within(
            caller,
            connection ->
                connection.preparedQuery(FIND).execute(labels).map(ProcurementStore::labels));
    return lines(rows, there::contains);
  }

  private <T> T within(Caller caller, Function<SqlConnection, Uni<T>> work) {
    return pool.withTransaction(
            connection ->
                connection
                    .preparedQuery("SELECT set_config('pulsewarden.organisation', $1, true)")
                    .execute(Tuple.of(caller.organisationId().toString()))
                    .chain(() -> work.apply(connection)))
        .await()
        .atMost(PATIENCE);
  }

  private Tuple insertion(Caller caller, List<ProcuredRow> rows) {
    return Tuple.tuple()
        .addUUID(caller.organisationId())
        .addString(Lifecycle.PROCURED.name())
        .addOffsetDateTime(clock.instant().atOffset(ZoneOffset.UTC))
        .addArrayOfUUID(rows.stream().map(row -> UUID.randomUUID()).toArray(UUID[]::new))
        .addArrayOfString(texts(rows, DeviceDescription::serialNumber))
        .addArrayOfString(texts(rows, DeviceDescription::model))
        .addArrayOfString(texts(rows, DeviceDescription::manufacturer))
        .addArrayOfString(texts(rows, ProcurementStore::udi))
        .addArrayOfString(texts(rows, device -> device.kind().name()))
        .addArrayOfBoolean(
            rows.stream().map(row -> row.device().clockless()).toArray(Boolean[]::new));
  }

  private static String udi(DeviceDescription device) {
    String udi = device.udi();
    return udi == null ? "" : udi;
  }

  private static String[] texts(List<ProcuredRow> rows, Function<DeviceDescription, String> field) {
    return rows.stream().map(row -> field.apply(row.device())).toArray(String[]::new);
  }

  private static Set<String> labels(RowSet<Row> found) {
    Set<String> labels = new HashSet<>();
    found.forEach(row -> labels.add(row.getString(1) + '\u0000' + row.getString(0)));
    return labels;
  }

  private static Set<Integer> lines(List<ProcuredRow> rows, Predicate<String> which) {
    Set<Integer> lines = new HashSet<>();
    rows.stream().filter(row -> which.test(row.label())).forEach(row -> lines.add(row.line()));
    return lines;
  }

  private OutboxRow event(Caller caller, UUID importId, int count) {
    return OutboxRow.audit(
        audit
            .byUser(AuditAction.AUDIT_ACTION_DEVICES_IMPORTED, caller, "DeviceImport", importId)
            .addEntity(DeviceAudit.entity("Device", "").toBuilder().setCount(count).build())
            .build());
  }
}
