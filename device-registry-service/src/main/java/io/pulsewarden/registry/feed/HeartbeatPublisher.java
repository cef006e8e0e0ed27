package io.pulsewarden.registry.feed;

import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.pulsewarden.registry.ca.AnnouncedIssuers;
import io.pulsewarden.registry.ca.CertificateAuthority;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Each second a row for every partition of the feed, through the same outbox as device states: who
 * reads one has read whatever the relay sent before it. At start, the issuers too, and when they
 * had left for Kafka.
 */
@ApplicationScoped
class HeartbeatPublisher {

  private static final Logger LOG = Logger.getLogger(HeartbeatPublisher.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** None while the last one waits: the outbox must not grow by itself while Kafka is away. */
  private static final String INSERT =
      "INSERT INTO outbox (topic, partition, record_key, value, kind)"
          + " SELECT $1, p, $2, $3, 0 FROM generate_series(0, $4::int - 1) AS p"
          + " WHERE NOT EXISTS (SELECT 1 FROM outbox o"
          + " WHERE o.topic = $1 AND o.partition = p AND o.record_key = $2)";

  private static final String ANNOUNCE =
      "INSERT INTO issuer_announcement (fingerprint) SELECT unnest($1::text[])"
          + " ON CONFLICT DO NOTHING";

  private static final String CONFIRM =
      "UPDATE issuer_announcement a SET sent_at = $2 WHERE a.sent_at IS NULL"
          + " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.topic = $1"
          + " AND o.record_key = convert_to('issuer-' || a.fingerprint, 'UTF8'))";

  private final Pool pool;
  private final FeedPartitionsClient partitions;
  private final CertificateAuthority authority;
  private final AnnouncedIssuers announced;
  private final Clock clock;
  private volatile List<X509Certificate> published = List.of();
  private volatile @Nullable Cancellable ticks;

  HeartbeatPublisher(
      Pool pool,
      FeedPartitionsClient partitions,
      CertificateAuthority authority,
      AnnouncedIssuers announced,
      Clock clock) {
    this.pool = pool;
    this.partitions = partitions;
    this.authority = authority;
    this.announced = announced;
    this.clock = clock;
  }

  void start(@Observes StartupEvent event) {
    ticks =
        Multi.createFrom()
            .ticks()
            .every(EVERY)
            .onOverflow()
            .drop()
            .onItem()
            .transformToUniAndConcatenate(tick -> tick())
            .subscribe()
            .with(done -> {});
  }

  void stop(@Observes ShutdownEvent event) {
    Cancellable running = ticks;
    if (running != null) {
      running.cancel();
    }
  }

  /** Failing, it is silent: the readers see the missing heartbeat, and health sees the relay. */
  private Uni<Void> tick() {
    return publishIssuers()
        .chain(this::confirmIssuers)
        .chain(partitions::count)
        .chain(this::beat)
        .onFailure()
        .invoke(
            failure ->
                LOG.warnf("feed heartbeat not written cause=%s", failure.getClass().getName()))
        .onFailure()
        .recoverWithNull()
        .replaceWithVoid();
  }

  private Uni<Void> beat(int count) {
    return pool.preparedQuery(INSERT)
        .execute(
            Tuple.of(
                DeviceStates.TOPIC,
                Buffer.buffer(DeviceStates.HEARTBEAT_KEY.toByteArray()),
                Buffer.buffer(DeviceStates.heartbeat(clock.instant())),
                count))
        .replaceWithVoid();
  }

  /**
   * At each start, since a compacted topic takes the same record again, and whenever an issuer came
   * or went. A crash after the commit leaves the records in the outbox and the announcements
   * without a time, for whoever runs next.
   */
  private Uni<Void> publishIssuers() {
    List<X509Certificate> issuers = authority.issuers();
    if (issuers.equals(published)) {
      return Uni.createFrom().voidItem();
    }
    List<OutboxRow> rows =
        issuers.stream().map(HeartbeatPublisher::encoded).map(DeviceStates::issuer).toList();
    String[] fingerprints =
        issuers.stream().map(AnnouncedIssuers::fingerprint).toArray(String[]::new);
    return pool.withTransaction(
            connection ->
                OutboxWriter.insert(connection, rows)
                    .chain(
                        () ->
                            connection
                                .preparedQuery(ANNOUNCE)
                                .execute(Tuple.of((Object) fingerprints))))
        .invoke(() -> published = issuers)
        .replaceWithVoid();
  }

  /**
   * Notes the time at which an announcement is no longer in the outbox: Kafka has it. A heartbeat
   * that is written later is read later, too.
   */
  private Uni<Void> confirmIssuers() {
    if (announced.hasAll(authority.issuers())) {
      return Uni.createFrom().voidItem();
    }
    return pool.preparedQuery(CONFIRM)
        .execute(Tuple.of(DeviceStates.TOPIC, clock.instant().atOffset(ZoneOffset.UTC)))
        .chain(
            () ->
                pool.query(
                        "SELECT fingerprint, sent_at FROM issuer_announcement"
                            + " WHERE sent_at IS NOT NULL")
                    .execute())
        .invoke(rows -> announced.sent(times(rows)))
        .replaceWithVoid();
  }

  private static Map<String, Instant> times(RowSet<Row> rows) {
    Map<String, Instant> times = new HashMap<>();
    rows.forEach(row -> times.put(row.getString(0), row.getOffsetDateTime(1).toInstant()));
    return times;
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException unreadable) {
      throw new IllegalStateException("an issuer's certificate can't be encoded", unreadable);
    }
  }
}
