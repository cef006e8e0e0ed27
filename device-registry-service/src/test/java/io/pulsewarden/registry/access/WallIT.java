package io.pulsewarden.registry.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tries to get over the wall with the service's own role, as code with a mistake in it would. */
@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class WallIT {

  private static final String SET = "SELECT set_config($1, $2, true)";

  /** Belong to nobody: what leaves by Kafka, where the audit chain stands, CAs of all. */
  private static final Set<String> WITHOUT_WALL =
      Set.of("outbox", "audit_chain", "issuer_announcement");

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Pool pool;

  private Registry registry;
  private UUID device;

  @BeforeEach
  void setUp() {
    registry = Registry.ofNewOrganisation(base);
    device = registry.device();
    registry.assign(device, UUID.randomUUID(), Instant.EPOCH).then().statusCode(201);
    registry.enrol(device, registry.claim(device), Csr.fresh()).then().statusCode(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"device_claim", "certificate", "device_key", "assignment"})
  void shouldHideWhatHangsOnADevice(String table) {
    String query = "SELECT 1 FROM " + table + " WHERE device_id = $1";

    assertThat(within(registry.organisation(), query, Tuple.of(device)).size()).isOne();
    assertThat(within(UUID.randomUUID(), query, Tuple.of(device)).size()).isZero();
    assertThat(query(query, Tuple.of(device)).size()).isZero();
  }

  @Test
  void shouldHideDevicesFromOthersAndFromWhoSaysNothing() {
    String query = "SELECT 1 FROM device";

    assertThat(within(registry.organisation(), query, Tuple.tuple()).size()).isOne();
    assertThat(within(UUID.randomUUID(), query, Tuple.tuple()).size()).isZero();
    assertThat(query(query, Tuple.tuple()).size()).isZero();
  }

  @Test
  void shouldChangeNothingOfAnother() {
    RowSet<Row> changed =
        within(
            UUID.randomUUID(),
            "UPDATE device SET lifecycle = 'LOST' WHERE id = $1",
            Tuple.of(device));

    assertThat(changed.rowCount()).isZero();
    assertThatThrownBy(
            () ->
                within(
                    UUID.randomUUID(),
                    "INSERT INTO assignment (id, device_id, patient_id, version, from_at, until_at)"
                        + " VALUES ($1, $2, $1, 1, to_timestamp(-20), to_timestamp(-10))",
                    Tuple.of(UUID.randomUUID(), device)))
        .hasMessageContaining("row-level security");
    assertThatThrownBy(
            () ->
                within(
                    registry.organisation(),
                    "UPDATE device SET organisation_id = $1 WHERE id = $2",
                    Tuple.of(UUID.randomUUID(), device)))
        .hasMessageContaining("row-level security");
  }

  @Test
  void shouldForgetTheOrganisationWithItsTransaction() {
    int afterwards =
        pool.withConnection(
                connection ->
                    connection
                        .begin()
                        .chain(
                            transaction ->
                                set(connection, registry.organisation()).chain(transaction::commit))
                        .chain(() -> connection.query("SELECT 1 FROM device").execute())
                        .map(RowSet::size))
            .await()
            .indefinitely();

    assertThat(afterwards).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE device DISABLE ROW LEVEL SECURITY",
        "DROP POLICY device_organisation ON device",
        "SET ROLE device_registry_owner",
        "ALTER ROLE device_registry_service BYPASSRLS"
      })
  void shouldNotLetTheServiceTakeTheWallDown(String statement) {
    assertThatThrownBy(() -> query(statement, Tuple.tuple()))
        .hasMessageMatching("(?s).*(must be owner|permission denied|must be able to).*");
  }

  @Test
  void shouldHaveAWallAroundEveryTable() {
    List<String> open = new ArrayList<>();
    query(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
                + " AND relnamespace = 'public'::regnamespace"
                + " AND has_table_privilege(oid, 'SELECT')"
                + " AND NOT (relrowsecurity AND relforcerowsecurity)",
            Tuple.tuple())
        .forEach(row -> open.add(row.getString(0)));

    assertThat(open)
        .as("tables that the service reads, without FORCE ROW LEVEL SECURITY and a policy; see V20")
        .containsExactlyInAnyOrderElementsOf(WITHOUT_WALL);
  }

  private RowSet<Row> within(UUID organisation, String sql, Tuple parameters) {
    return run(connection -> set(connection, organisation), sql, parameters);
  }

  private RowSet<Row> query(String sql, Tuple parameters) {
    return run(connection -> Uni.createFrom().voidItem(), sql, parameters);
  }

  private static Uni<Void> set(SqlConnection connection, UUID organisation) {
    return connection
        .preparedQuery(SET)
        .execute(Tuple.of("pulsewarden.organisation", organisation.toString()))
        .replaceWithVoid();
  }

  private RowSet<Row> run(Function<SqlConnection, Uni<Void>> first, String sql, Tuple parameters) {
    return pool.withTransaction(
            connection ->
                first
                    .apply(connection)
                    .chain(() -> connection.preparedQuery(sql).execute(parameters)))
        .await()
        .indefinitely();
  }
}
