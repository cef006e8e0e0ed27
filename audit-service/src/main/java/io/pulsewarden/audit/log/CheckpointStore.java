package io.pulsewarden.audit.log;

import io.pulsewarden.audit.log.LogStore.StoredCheckpoint;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Optional;
import java.util.OptionalLong;

/** Checkpoints that were signed and cosigned, and the key. Blocks; thread-safe. */
final class CheckpointStore {

  private final RowStore store;
  private final int quorum;

  CheckpointStore(RowStore store, int quorum) {
    this.store = store;
    this.quorum = quorum;
  }

  /** The newest that has its quorum; without a quorum, the newest that was signed. */
  Optional<StoredCheckpoint> published() {
    return quorum > 0
        ? newestCosigned(quorum)
        : checkpoint(
            """
            SELECT size, coalesce(
                (SELECT note FROM log_cosigned WHERE size = signed.size
                 ORDER BY cosignatures DESC LIMIT 1), note)
            FROM log_checkpoint signed ORDER BY size DESC LIMIT 1\
            """,
            Tuple.tuple());
  }

  Optional<StoredCheckpoint> newestSigned() {
    return checkpoint(
        "SELECT size, note FROM log_checkpoint ORDER BY size DESC LIMIT 1", Tuple.tuple());
  }

  Optional<StoredCheckpoint> newestCosigned(int atLeast) {
    return checkpoint(
        """
        SELECT size, note FROM log_cosigned WHERE cosignatures >= $1
        ORDER BY size DESC, cosignatures DESC LIMIT 1\
        """,
        Tuple.of(atLeast));
  }

  private Optional<StoredCheckpoint> checkpoint(String sql, Tuple parameters) {
    return store
        .first(sql, parameters)
        .map(row -> new StoredCheckpoint(row.getLong(0), row.getString(1)));
  }

  OptionalLong publishedOffset() {
    return published().stream()
        .flatMap(
            newest ->
                store
                    .first(
                        "SELECT kafka_offset FROM log_leaf WHERE index = $1",
                        Tuple.of(newest.size() - 1))
                    .stream())
        .mapToLong(row -> row.getLong(0))
        .findFirst();
  }

  void add(long size, String note) {
    store.rows(
        "INSERT INTO log_checkpoint (size, note) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        Tuple.of(size, note));
  }

  void addCosigned(long size, String note, int cosignatures) {
    store.rows(
        """
        INSERT INTO log_cosigned (size, note, cosignatures) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING\
        """,
        Tuple.of(size, note, cosignatures));
  }

  long thin() {
    return store.first("SELECT thin_checkpoints()", Tuple.tuple()).orElseThrow().getLong(0);
  }

  Optional<String> verifierKey() {
    return store
        .first("SELECT verifier_key FROM log_identity", Tuple.tuple())
        .map(row -> row.getString(0));
  }

  void addIdentity(String verifierKey) {
    store.rows(
        "INSERT INTO log_identity (verifier_key) VALUES ($1) ON CONFLICT DO NOTHING",
        Tuple.of(verifierKey));
  }
}
