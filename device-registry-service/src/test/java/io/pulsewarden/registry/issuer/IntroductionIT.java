package io.pulsewarden.registry.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.platform.process.FreePorts;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.ca.AuthorityClient;
import io.pulsewarden.registry.ca.CertificatePem;
import io.pulsewarden.registry.ca.NextIssuer;
import io.pulsewarden.registry.ca.TestCaFolder;
import io.pulsewarden.registry.idempotency.IdempotencyKey;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.Token;
import io.pulsewarden.registry.testing.TopicReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import jakarta.inject.Inject;
import java.net.ConnectException;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Wishes for an issuing CA: made once over all instances, and not remembered for ever. */
@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class IntroductionIT {

  private static final String PATH = "/v1/issuing-cas";

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject IntroductionStore introductions;
  @Inject IntroductionLockStore lock;
  @Inject AuthorityClient authority;
  @Inject Vertx vertx;

  private Registry registry;
  private Caller caller;

  @BeforeEach
  void setUp() {
    registry = Registry.ofNewOrganisation(base);
    caller = new Caller(Token.PERSON, registry.organisation(), Set.of("ca-admin"));
  }

  /** Without the lock, one's key would lie beside the other's certificate. */
  @Test
  void shouldMakeOneIssuerOverTwoInstances() throws Exception {
    String key = UUID.randomUUID().toString();
    int before = certificates().size();
    IssuerStore other =
        new IssuerStore(
            TestCaFolder.anotherInstance(
                    RegistryTestBed.caFolder(), RegistryTestBed.PASSPHRASE, vertx)
                .client(),
            introductions,
            lock);

    try (Connection holder = RegistryTestBed.connect();
        ExecutorService both = Executors.newFixedThreadPool(2)) {
      one(holder, "SELECT 1 FROM pg_advisory_lock(?)");
      // Whose key opens sooner comes first: the other one waits for it ten seconds and no longer.
      Future<String> there = both.submit(() -> introduced(other, key));
      await().until(() -> waiting(holder) == 1);
      Future<String> here = both.submit(() -> introduced(key));
      await().until(() -> waiting(holder) == 2);
      one(holder, "SELECT 1 FROM pg_advisory_unlock(?)");

      assertThat(here.get()).isEqualTo(there.get());
    }
    assertThat(certificates()).hasSize(before + 1);
  }

  @Test
  void shouldRememberAWishAsLongAsItsKey() throws Exception {
    introduced(UUID.randomUUID().toString());
    RegistryTestBed.execute(
        "UPDATE issuer_introduction SET created_at = now() - interval '25 hours'"
            + " WHERE organisation_id = ?",
        registry.organisation());

    introduced(UUID.randomUUID().toString());
    asked().post(PATH).then().statusCode(201);

    try (Connection connection = RegistryTestBed.connect();
        PreparedStatement wishes =
            connection.prepareStatement(
                "SELECT count(*) FROM issuer_introduction WHERE organisation_id = ?")) {
      wishes.setObject(1, registry.organisation());
      assertThat(number(wishes)).isEqualTo(1);
    }
  }

  /** The entry about a CA is there before the CA: if there will be none, another entry says so. */
  @Test
  void shouldSayInTheLogThatNoIssuerWasMade() throws Exception {
    PgConnectOptions nowhere =
        new PgConnectOptions().setHost("localhost").setPort(FreePorts.find()).setUser("nobody");
    Pool away = Pool.newInstance(PgBuilder.pool().connectingTo(nowhere).using(vertx).build());
    IssuerStore store = new IssuerStore(authority, introductions, new IntroductionLockStore(away));

    assertThatThrownBy(() -> introduced(store, UUID.randomUUID().toString()))
        .hasRootCauseInstanceOf(ConnectException.class);

    try (TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(log.events(AuditAction.AUDIT_ACTION_ISSUING_CA_ADDED))
                      .filteredOn(
                          event ->
                              event.getOrganisationId().equals(registry.organisation().toString()))
                      .extracting(AuditEvent::getOutcome)
                      .containsExactly(
                          AuditOutcome.AUDIT_OUTCOME_SUCCESS, AuditOutcome.AUDIT_OUTCOME_FAILED));
    } finally {
      away.close().await().indefinitely();
    }
  }

  private RequestSpecification asked() {
    return registry.withToken(Token.of("ca-admin", registry.organisation().toString()));
  }

  private String introduced(String key) {
    return asked()
        .header("Idempotency-Key", key)
        .post(PATH)
        .then()
        .statusCode(201)
        .extract()
        .path("certificate");
  }

  private String introduced(IssuerStore store, String key) {
    try {
      NextIssuer next =
          VertxContextSupport.subscribeAndAwait(
              () -> store.introduce(caller, IdempotencyKey.parse(key, IssuerResource.REQUEST)));
      return CertificatePem.write(((NextIssuer.Introduced) next).certificate());
    } catch (Throwable failed) {
      throw new AssertionError(failed);
    }
  }

  private List<String> certificates() {
    return asked().get(PATH).then().statusCode(200).extract().path("certificate");
  }

  private static long waiting(Connection connection) throws SQLException {
    return one(
        connection,
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            + " AND (classid::bigint << 32) | objid::bigint = ?");
  }

  private static long one(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, IntroductionLockStore.LOCK);
      return number(statement);
    }
  }

  private static long number(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
