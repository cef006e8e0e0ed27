package io.pulsewarden.registry.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.platform.ServiceTestBed;
import io.pulsewarden.platform.network.CutWire;
import io.pulsewarden.renewal.RenewingPool;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.PoolOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The way on which the database tells of changes, when it is cut and no end of it is told. */
class StatusChangesIT {

  private static final String SERVICE = "device-registry-service";
  private static final ServiceTestBed BED = ServiceTestBed.start(SERVICE);
  private static final Duration SOON = Duration.ofSeconds(60);

  private final AnswerCache answers = new AnswerCache(Clock.systemUTC());

  @Test
  void shouldKeepNothingWhileTheWireIsCut() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (CutWire wire = new CutWire(BED.postgres().port())) {
      // Given
      Pool pool = pool(vertx, wire.port());
      StatusChangesClient changes = new StatusChangesClient(pool, vertx, answers);
      changes.start(new StartupEvent());
      await().atMost(SOON).until(answers::isInformed);
      assertHeard();

      // When
      wire.hold();

      // Then
      await().atMost(SOON).until(() -> !answers.isInformed());
      wire.release();
      await().atMost(SOON).until(answers::isInformed);
      assertHeard();
      // Nor does what was asked on the former connection end the new one.
      await().during(Duration.ofSeconds(2)).atMost(SOON).until(answers::isInformed);

      changes.stop(new ShutdownEvent());
      pool.close().await().atMost(SOON);
    } finally {
      vertx.close().await().atMost(SOON);
    }
  }

  private void assertHeard() throws SQLException {
    long before = answers.generation();
    try (Connection connection = BED.superuserConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("NOTIFY certificate_status, '" + UUID.randomUUID() + "'");
    }
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(answers.generation()).isGreaterThan(before));
  }

  private static Pool pool(Vertx vertx, int port) {
    Path tls = BED.serviceTls(SERVICE);
    PgConnectOptions options =
        PgConnectOptions.fromUri(BED.quarkusConfig().get("quarkus.datasource.reactive.url"));
    options
        .setPort(port)
        .setUser("device_registry_service")
        .setSslMode(SslMode.VERIFY_FULL)
        .setHostnameVerificationAlgorithm("HTTPS");
    options
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .setKeyPath(tls.resolve("service.key").toString())
                .setCertPath(tls.resolve("service.crt").toString()))
        .setTrustOptions(
            new PemTrustOptions().addCertPath(tls.resolve("service-ca.crt").toString()));
    return Pool.newInstance(
        RenewingPool.create(vertx.getDelegate(), new PoolOptions().setMaxSize(2), options));
  }
}
