package io.pulsewarden.keys.rotation;

import static io.pulsewarden.keys.rotation.WrappedRowsStore.await;
import static io.pulsewarden.keys.rotation.WrappedRowsStore.list;

import io.pulsewarden.keys.kek.KekName;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/** A restored copy in PostgreSQL, which is only read. */
final class RestoredCopyStore implements RestoredCopy {

  private static final Logger LOG = Logger.getLogger(RestoredCopyStore.class);

  private final Pool pool;

  RestoredCopyStore(Pool pool) {
    this.pool = pool;
  }

  @Override
  public String identity() {
    return query(KekJobsStore.IDENTITY, Tuple.tuple()).iterator().next().getString("identity");
  }

  @Override
  public boolean standby() {
    return query("SELECT pg_is_in_recovery()", Tuple.tuple()).iterator().next().getBoolean(0);
  }

  @Override
  public boolean holds(UUID trim) {
    return query("SELECT 1 FROM kek_trim WHERE id = $1", Tuple.of(trim)).size() > 0;
  }

  @Override
  public List<WrappedRow> rows(KekName kek, UUID after, int limit) {
    return list(
        query(
            "SELECT "
                + WrappedRowsStore.COLUMNS
                + " FROM subject_key WHERE organisation_id = $1 AND shard = $2"
                + " AND wrapped IS NOT NULL AND id > $3 ORDER BY id LIMIT $4",
            Tuple.of(kek.organisation(), kek.shard(), after, limit)),
        WrappedRowsStore::row);
  }

  private RowSet<Row> query(String sql, Tuple values) {
    try {
      return await(pool.preparedQuery(sql).execute(values));
    } catch (RuntimeException unreadable) {
      LOG.warn("the restored copy can't be read", unreadable);
      throw new GateException(Gate.COPY_UNREACHABLE);
    }
  }

  @Override
  public void close() {
    await(pool.close());
  }
}
