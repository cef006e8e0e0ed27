package io.pulsewarden.borrowed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.outage.Outage;
import io.pulsewarden.platform.ServiceTestBed;
import io.pulsewarden.platform.network.CutWire;
import io.pulsewarden.platform.process.FreePorts;
import io.pulsewarden.renewal.RenewingPool;
import io.smallrye.mutiny.TimeoutException;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.PoolOptions;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BorrowedConnectionIT {

  private static final String SERVICE = "audit-service";
  private static final ServiceTestBed BED = ServiceTestBed.start(SERVICE);
  private static final Vertx VERTX = Vertx.vertx();
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SILENCE = Duration.ofSeconds(5);
  private static final String LOCK = "pg_try_advisory_lock($1)";
  private static final long KEY = 0x626f72726f77L;

  private final List<Pool> pools = new ArrayList<>();

  @AfterEach
  void closePools() {
    pools.forEach(pool -> pool.close().await().atMost(PATIENCE));
  }

  @AfterAll
  static void stop() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void shouldGiveBackWhatComesTooLate() {
    // Given a pool whose only connection is away for longer than somebody waits, twice
    Pool pool = pool(BED.postgres().port(), 1);
    for (int i = 0; i < 2; i++) {
      SqlConnection held = BorrowedConnection.take(pool, PATIENCE);
      assertThatThrownBy(() -> BorrowedConnection.take(pool, SHORT))
          .isInstanceOf(TimeoutException.class)
          .matches(Outage::isCauseOf);
      held.close().await().atMost(PATIENCE);
    }

    // Then
    assertThat(shown(pool, "server_version_num")).isNotEmpty();
  }

  @Test
  void shouldSayWhyThereIsNoConnection() {
    Pool pool = pool(FreePorts.find(), 1);

    assertThatThrownBy(() -> BorrowedConnection.take(pool, PATIENCE))
        .hasCauseInstanceOf(ConnectException.class);
  }

  @Test
  void shouldEndWhatNoLongerAnswers() throws Exception {
    try (CutWire wire = new CutWire(BED.postgres().port())) {
      // Given
      Pool pool = pool(wire.port(), 1);
      SqlConnection connection = BorrowedConnection.take(pool, PATIENCE);
      wire.hold();
      CompletableFuture<?> answer =
          connection.query("SELECT 1").execute().subscribeAsCompletionStage();

      // When
      BorrowedConnection.drop(connection);

      // Then
      await().atMost(PATIENCE).until(answer::isCompletedExceptionally);
      connection.close().await().atMost(PATIENCE);
      wire.release();
      assertThat(shown(pool, "server_version_num")).isNotEmpty();
    }
  }

  @Test
  void shouldTakeALockFromWhoFellSilent() throws Exception {
    try (CutWire wire = new CutWire(BED.postgres().port())) {
      // Given one that holds the lock for longer than it may be silent
      Pool far = pool(wire.port(), 1);
      Pool near = pool(BED.postgres().port(), 1);
      SessionLock first = Objects.requireNonNull(tried(far, SILENCE.multipliedBy(2)));
      await()
          .during(SILENCE.plusSeconds(1))
          .atMost(SILENCE.multipliedBy(4))
          .until(() -> tried(near, PATIENCE) == null);

      // When no packet comes from it, and none says that it ended
      wire.hold();

      // Then
      SessionLock second =
          await().atMost(PATIENCE).until(() -> tried(near, PATIENCE), Objects::nonNull);
      assertThatThrownBy(first::close).matches(Outage::isCauseOf);
      second.close();
      assertThat(shown(near, "idle_session_timeout")).isEqualTo("0");
      assertThat(shown(near, "idle_in_transaction_session_timeout")).isEqualTo("30s");
    }
  }

  @Test
  void shouldAskTheDatabaseToNoticeWhoIsGone() {
    Pool pool = pool(BED.postgres().port(), 1);

    assertThat(shown(pool, "tcp_keepalives_idle")).isEqualTo("10");
    assertThat(shown(pool, "tcp_keepalives_interval")).isEqualTo("5");
    assertThat(shown(pool, "tcp_keepalives_count")).isEqualTo("3");
    assertThat(shown(pool, "tcp_user_timeout")).isEqualTo("20000");
  }

  private static @Nullable SessionLock tried(Pool pool, Duration patience) {
    return SessionLock.tryTake(pool, LOCK, Tuple.of(KEY), patience, SILENCE);
  }

  private static String shown(Pool pool, String setting) {
    return pool.query("SELECT current_setting('" + setting + "')")
        .execute()
        .await()
        .atMost(PATIENCE)
        .iterator()
        .next()
        .getString(0);
  }

  private Pool pool(int port, int size) {
    Path tls = BED.serviceTls(SERVICE);
    PgConnectOptions options =
        new PgConnectOptions()
            .setHost("localhost")
            .setPort(port)
            .setDatabase("audit")
            .setUser("audit_service")
            .setSslMode(SslMode.VERIFY_FULL);
    options
        .setPemKeyCertOptions(
            new PemKeyCertOptions()
                .addCertPath(tls.resolve("service.crt").toString())
                .addKeyPath(tls.resolve("service.key").toString()))
        .setPemTrustOptions(
            new PemTrustOptions().addCertPath(tls.resolve("service-ca.crt").toString()))
        .setHostnameVerificationAlgorithm("HTTPS");
    Pool pool =
        Pool.newInstance(RenewingPool.create(VERTX, new PoolOptions().setMaxSize(size), options));
    pools.add(pool);
    return pool;
  }
}
