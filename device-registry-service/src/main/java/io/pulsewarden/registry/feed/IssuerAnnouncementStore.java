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
import java.security.cert.CertificateEncodingException;
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

  private static final String CONFIRM =
      "UPDATE issuer_announcement a SET sent_at = $2 WHERE a.sent_at IS NULL"
          + " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.topic = $1"
          + " AND o.record_key = convert_to('issuer-' || a.fingerprint, 'UTF8'))";

  private static final String ALL = "SELECT fingerprint, sent_at FROM issuer_announcement";

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
   * or went. A crash after the commit leaves the records in the outbox and the announcements
   * without a time, for whoever runs next.
   */
  private Uni<Void> publish() {
    List<X509Certificate> issuers = authority.issuers();
    if (issuers.equals(published)) {
      return Uni.createFrom().voidItem();
    }
    List<OutboxRow> rows =
        issuers.stream().map(IssuerAnnouncementStore::encoded).map(DeviceStates::issuer).toList();
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
    Set<String> missing = new HashSet<>();
    for (Row row : rows) {
      missing.add(row.getString(0));
      OffsetDateTime at = row.getOffsetDateTime(1);
      if (at != null) {
        sent.put(row.getString(0), at.toInstant());
      }
    }
    announced.sent(sent);
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

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException unreadable) {
      throw new IllegalStateException("an issuer's certificate can't be encoded", unreadable);
    }
  }
}
