package io.pulsewarden.registry.status;

import io.pulsewarden.registry.ca.CertificateAuthority;
import io.pulsewarden.registry.ca.IssuerKey;
import io.pulsewarden.registry.ca.RevocationList;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * Reads statuses: a certificate's own revocation, or else certificateHold while its device is
 * quarantined or lost.
 */
@ApplicationScoped
class StatusStore {

  private static final String SYSTEM = "SELECT set_config('pulsewarden.system', 'on', true)";

  private static final String COLUMNS =
      "SELECT c.serial_number, c.device_id, c.revoked_at, c.revocation_reason, d.held_since"
          + " FROM certificate c JOIN device d ON d.id = c.device_id"
          + " WHERE coalesce(c.issuer_key_hash, $1) = $2";

  private final Pool pool;
  private final CertificateAuthority authority;
  private final Clock clock;

  StatusStore(Pool pool, CertificateAuthority authority, Clock clock) {
    this.pool = pool;
    this.authority = authority;
    this.clock = clock;
  }

  Uni<CertificateStatus> find(X509Certificate issuer, BigInteger serialNumber) {
    return pool.preparedQuery(
            "SELECT serial_number, device_id, revoked_at, revocation_reason, held_since"
                + " FROM certificate_status($1, $2, $3)")
        .execute(Tuple.of(oldest(), IssuerKey.hash(issuer), serialNumber.toString(16)))
        .map(
            rows ->
                rows.iterator().hasNext()
                    ? status(rows.iterator().next())
                    : new CertificateStatus.NotIssued());
  }

  /** The certificates of an issuer that are revoked or on hold and have not expired. */
  Uni<List<RevocationList.Entry>> revoked(X509Certificate issuer) {
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    return inSystem(
            connection ->
                connection
                    .preparedQuery(
                        COLUMNS
                            + " AND c.not_after > $3 AND (c.revoked_at IS NOT NULL"
                            + " OR d.held_since IS NOT NULL)"
                            + " ORDER BY c.serial_number")
                    .execute(Tuple.of(oldest(), IssuerKey.hash(issuer), now)))
        .map(
            rows ->
                StreamSupport.stream(rows.spliterator(), false).map(StatusStore::entry).toList());
  }

  /** A number that no list had before. */
  Uni<BigInteger> nextListNumber() {
    return pool.query("SELECT nextval('crl_number')")
        .execute()
        .map(rows -> BigInteger.valueOf(rows.iterator().next().getLong(0)));
  }

  private Uni<RowSet<Row>> inSystem(Function<SqlConnection, Uni<RowSet<Row>>> query) {
    return pool.withTransaction(
        connection -> connection.query(SYSTEM).execute().chain(() -> query.apply(connection)));
  }

  /** Whose the certificates are that were recorded before there could be two issuers. */
  private String oldest() {
    return IssuerKey.hash(
        Collections.min(authority.issuers(), Comparator.comparing(X509Certificate::getNotBefore)));
  }

  private static CertificateStatus status(Row row) {
    OffsetDateTime revokedAt = row.getOffsetDateTime("revoked_at");
    if (revokedAt != null) {
      return new CertificateStatus.Revoked(
          row.getUUID("device_id"),
          revokedAt.toInstant(),
          ReasonCode.of(row.getString("revocation_reason")));
    }
    OffsetDateTime heldSince = row.getOffsetDateTime("held_since");
    return heldSince == null
        ? new CertificateStatus.Good(row.getUUID("device_id"))
        : new CertificateStatus.Revoked(
            row.getUUID("device_id"), heldSince.toInstant(), ReasonCode.CERTIFICATE_HOLD);
  }

  private static RevocationList.Entry entry(Row row) {
    if (!(status(row) instanceof CertificateStatus.Revoked revoked)) {
      throw new IllegalStateException("the query gives revoked certificates alone");
    }
    return new RevocationList.Entry(
        new BigInteger(row.getString("serial_number"), 16), revoked.at(), revoked.reason());
  }
}
