package io.pulsewarden.registry.feed;

import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.outbox.OutboxWriter;
import io.pulsewarden.registry.ca.AnnouncedIssuers;
import io.pulsewarden.registry.ca.AuthorityClient;
import io.pulsewarden.registry.ca.CertificateAuthority;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Issuing CAs as all instances tell each other of them, and telemetry: who has a new one announces
 * it, who reads of one that it lacks looks for it. Not before 45 s later does anybody sign with it.
 */
@ApplicationScoped
class IssuerAnnouncementStore {

  private static final Logger LOG = Logger.getLogger(IssuerAnnouncementStore.class);

  private static final String ANNOUNCE =
      "INSERT INTO issuer_announcement (fingerprint) SELECT unnest($1::text[])"
          + " ON CONFLICT DO NOTHING";

  /** Locked, so that nobody retires one between this look and the record that it is told with. */
  private static final String RETIRED =
      "SELECT fingerprint, retired_at IS NOT NULL FROM issuer_announcement"
          + " WHERE fingerprint = ANY($1::text[]) ORDER BY fingerprint FOR UPDATE";

  private static final String CONFIRM =
      "UPDATE issuer_announcement a SET sent_at = $2 WHERE a.sent_at IS NULL"
          + " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.topic = $1"
          + " AND o.record_key = convert_to('issuer-' || a.fingerprint, 'UTF8'))";

  private static final String ALL =
      "SELECT fingerprint, sent_at, retired_at IS NOT NULL FROM issuer_announcement";

  private final Pool pool;
  private final CertificateAuthority authority;
  private final AuthorityClient asking;
  private final AnnouncedIssuers announced;
  private final Clock clock;
  private final IssuerSearch search = new IssuerSearch();
  private volatile List<X509Certificate> published = List.of();

  IssuerAnnouncementStore(
      Pool pool,
      CertificateAuthority authority,
      AuthorityClient asking,
      AnnouncedIssuers announced,
      Clock clock) {
    this.pool = pool;
    this.authority = authority;
    this.asking = asking;
    this.announced = announced;
    this.clock = clock;
  }

  /** Announces what is new here, notes what Kafka has, and looks for what is new elsewhere. */
  Uni<Void> exchange() {
    return publish().chain(this::confirm).chain(this::read).replaceWithVoid();
  }

  /**
   * At each start, since a compacted topic takes the same record again, and whenever an issuer came
   * or went; one that is retired is told so again. A crash after the commit leaves the records in
   * the outbox and the announcements without a time, for whoever runs next.
   */
  private Uni<Void> publish() {
    List<X509Certificate> issuers = authority.issuers();
    if (issuers.equals(published)) {
      return Uni.createFrom().voidItem();
    }
    Tuple fingerprints =
        Tuple.of(
            (Object) issuers.stream().map(AnnouncedIssuers::fingerprint).toArray(String[]::new));
    return pool.withTransaction(
            connection ->
                connection
                    .preparedQuery(ANNOUNCE)
                    .execute(fingerprints)
                    .chain(() -> connection.preparedQuery(RETIRED).execute(fingerprints))
                    .chain(known -> OutboxWriter.insert(connection, records(issuers, known))))
        .invoke(() -> published = issuers)
        .replaceWithVoid();
  }

  private static List<OutboxRow> records(List<X509Certificate> issuers, RowSet<Row> known) {
    Set<String> retired = new HashSet<>();
    for (Row row : known) {
      if (row.getBoolean(1)) {
        retired.add(row.getString(0));
      }
    }
    return issuers.stream()
        .map(
            issuer ->
                DeviceStates.issuer(issuer, retired.contains(AnnouncedIssuers.fingerprint(issuer))))
        .toList();
  }

  /**
   * Notes the time at which an announcement is no longer in the outbox: Kafka has it. A heartbeat
   * that is written later is read later, too.
   */
  private Uni<Void> confirm() {
    return announced.hasAll(authority.issuers())
        ? Uni.createFrom().voidItem()
        : pool.preparedQuery(CONFIRM)
            .execute(Tuple.of(DeviceStates.TOPIC, clock.instant().atOffset(ZoneOffset.UTC)))
            .replaceWithVoid();
  }

  private Uni<Void> read() {
    return pool.query(ALL).execute().invoke(this::take).replaceWithVoid();
  }

  private void take(RowSet<Row> rows) {
    Map<String, Instant> sent = new HashMap<>();
    Set<String> retired = new HashSet<>();
    Set<String> missing = new HashSet<>();
    for (Row row : rows) {
      missing.add(row.getString(0));
      OffsetDateTime at = row.getOffsetDateTime(1);
      if (at != null) {
        sent.put(row.getString(0), at.toInstant());
      }
      if (row.getBoolean(2)) {
        retired.add(row.getString(0));
      }
    }
    announced.sent(sent);
    announced.retired(retired);
    missing.removeAll(
        authority.issuers().stream()
            .map(AnnouncedIssuers::fingerprint)
            .collect(Collectors.toUnmodifiableSet()));
    switch (search.next(missing, clock.instant())) {
      case REST -> {}
      case LOOK -> look();
      case LOOK_AND_WARN -> {
        LOG.warnf("announced issuing CAs are not among this instance's count=%d", missing.size());
        look();
      }
    }
  }

  /** Beside the heartbeat, which must not wait for a key to be opened or for Vault. */
  private void look() {
    asking
        .ask(
            there -> {
              there.takeUpIssuers();
              return true;
            })
        .subscribe()
        .with(
            done -> {},
            failure ->
                LOG.warnf("issuing CAs not looked for cause=%s", failure.getClass().getName()));
  }
}
