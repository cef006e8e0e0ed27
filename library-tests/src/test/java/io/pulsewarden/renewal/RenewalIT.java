package io.pulsewarden.renewal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.platform.ServiceTestBed;
import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.platform.certificates.Pem;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service starts with a certificate of a few seconds. Once that has expired, a renewed one on
 * disk is all it needs; without it the real servers refuse.
 */
final class RenewalIT {

  private static final String SERVICE = "audit-service";
  private static final Duration SHORT = Duration.ofSeconds(40);
  private static final Duration LONG = Duration.ofHours(1);
  private static final ServiceTestBed BED = ServiceTestBed.start(SERVICE);
  private static final Vertx VERTX = Vertx.vertx();

  @TempDir Path tls;

  @AfterAll
  static void stop() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void shouldOpenConnectionsWithTheCertificateOnDisk() throws Exception {
    Instant expiry = issue(SHORT);
    Pool pool = RenewingPool.create(VERTX, new PoolOptions().setMaxSize(1), connectOptions());
    try (Admin admin = Admin.create(kafkaProperties())) {
      assertThat(topics(admin)).isNotEmpty();
      assertThat(serial(pool)).isEqualTo(serialOnDisk());

      await().atMost(Duration.ofMinutes(1)).until(() -> Instant.now().isAfter(expiry));
      closeConnections();
      // TLS 1.3: the client learns of it by the first read that finds the connection closed.
      assertThatThrownBy(() -> serial(pool)).isInstanceOf(ExecutionException.class);
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> topics(admin))
                      .hasCauseInstanceOf(SslAuthenticationException.class));

      issue(LONG);

      assertThat(serial(pool)).isEqualTo(serialOnDisk());
      assertThat(topics(admin)).isNotEmpty();
    }
    pool.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void shouldKeepTheFormerPairWhileTheNewOneIsHalfWritten() throws Exception {
    issue(LONG);
    String former = serialOnDisk();
    byte[] formerCertificate = Files.readAllBytes(tls.resolve("service.crt"));
    Pool pool = RenewingPool.create(VERTX, new PoolOptions().setMaxSize(1), connectOptions());
    issue(LONG);
    Files.write(tls.resolve("service.crt"), formerCertificate);

    assertThat(serial(pool)).isEqualTo(former);
    pool.close().toCompletionStage().toCompletableFuture().join();
  }

  private Map<String, Object> kafkaProperties() {
    Map<String, Object> properties = new HashMap<>(BED.kafkaProperties(SERVICE));
    properties.put("ssl.keystore.location", tls.resolve("service.pem").toString());
    properties.put("ssl.engine.factory.class", RenewingSslEngineFactory.class.getName());
    // Each request finds its connection closed, and opens another.
    properties.put("connections.max.idle.ms", 100);
    return properties;
  }

  private static Set<String> topics(Admin admin) throws ExecutionException, InterruptedException {
    return admin.listTopics().names().get();
  }

  private Instant issue(Duration validity) throws IOException {
    IssuedCertificate issued =
        BED.serviceCa().issueService(SERVICE, ServiceTestBed.TRUST_DOMAIN, validity);
    issued.writePem(tls, "service");
    Pem.writeCertificates(tls.resolve("service-ca.crt"), List.of(BED.serviceCa().certificate()));
    return issued.leaf().getNotAfter().toInstant();
  }

  private String serialOnDisk() throws IOException {
    return Pem.readCertificates(tls.resolve("service.crt")).getFirst().getSerialNumber().toString();
  }

  /** With which certificate the server thinks that it speaks. */
  private static String serial(Pool pool) throws Exception {
    return pool.query("SELECT client_serial::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        .execute()
        .toCompletionStage()
        .toCompletableFuture()
        .get(1, TimeUnit.MINUTES)
        .iterator()
        .next()
        .getString(0);
  }

  private static void closeConnections() throws Exception {
    try (var connection = BED.superuserConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'audit_service'");
    }
  }

  private PgConnectOptions connectOptions() {
    PgConnectOptions options =
        PgConnectOptions.fromUri(BED.quarkusConfig().get("quarkus.datasource.reactive.url"));
    options
        .setUser("audit_service")
        .setSslMode(SslMode.VERIFY_FULL)
        .setHostnameVerificationAlgorithm("HTTPS");
    options.setKeyCertOptions(
        new PemKeyCertOptions()
            .setKeyPath(tls.resolve("service.key").toString())
            .setCertPath(tls.resolve("service.crt").toString()));
    options.setTrustOptions(
        new PemTrustOptions().addCertPath(tls.resolve("service-ca.crt").toString()));
    return options;
  }
}
