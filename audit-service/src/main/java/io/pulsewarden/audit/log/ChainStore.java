package io.pulsewarden.audit.log;

import static io.pulsewarden.audit.log.RowStore.buffer;
import static io.pulsewarden.audit.log.RowStore.bytes;

import com.google.protobuf.ByteString;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where each producer's chain stands in the log. Follows from the entries, moves in their
 * transaction, and is no part of the search index. Blocks; thread-safe.
 */
final class ChainStore implements ChainHistory {

  private static final int RANGE = 512;

  private static final String OF_CHAIN = " WHERE incarnation = $1 AND service = $2";

  /** A column of {@link #runs}. */
  private static final int STRAY = 3;

  private final RowStore store;
  private final Disowned disowned = new Disowned(this::values);

  ChainStore(RowStore store) {
    this.store = store;
  }

  @Override
  public Optional<ChainLink> last(ChainId chain) {
    return store
        .first("SELECT last_sequence, last_hash FROM chain_state" + OF_CHAIN, tuple(chain))
        .map(row -> new ChainLink(row.getLong(0), bytes(row, 1)));
  }

  /** Run by run: a chain may have shown many, and large ones. */
  @Override
  public Iterable<ByteString> showingCertificates(ChainId chain) {
    List<Row> runs = runs("AND shows_certificate", tuple(chain));
    return () ->
        runs.stream()
            .flatMap(run -> members(chain, run).stream())
            .filter(found -> found.entry().showsCertificate())
            .map(Found::value)
            .iterator();
  }

  /** Reads one run at most, of 256 entries, and the hashes of what was out of its place. */
  @Override
  public List<ByteString> at(ChainId chain, long sequence) {
    List<ByteString> hashes = new ArrayList<>();
    for (Row run :
        runs(
            "AND first_sequence <= $3 AND last_sequence BETWEEN $3 AND $4",
            tuple(chain).addLong(sequence).addLong(furthest(sequence)))) {
      if (run.getBuffer(STRAY) == null) {
        members(chain, run).stream()
            .map(found -> found.entry().link())
            .filter(link -> link.sequence() == sequence)
            .map(ChainLink::hash)
            .forEach(hashes::add);
      } else {
        hashes.add(bytes(run, STRAY));
      }
    }
    return hashes;
  }

  /** No run that has this place ends behind it. */
  private static long furthest(long sequence) {
    return sequence > Long.MAX_VALUE - ChainMoves.WIDTH
        ? Long.MAX_VALUE
        : sequence + ChainMoves.WIDTH - 1;
  }

  @Override
  public int strays(ChainId chain) {
    return store
        .first(
            "SELECT count(*) FROM chain_run" + OF_CHAIN + " AND stray_hash IS NOT NULL",
            tuple(chain))
        .orElseThrow()
        .getInteger(0);
  }

  private record Found(ChainEntry entry, ByteString value) {}

  private List<Row> runs(String which, Tuple parameters) {
    return store.rows(
        "SELECT first_leaf, last_leaf, first_sequence, stray_hash FROM chain_run"
            + OF_CHAIN
            + " "
            + which
            + " ORDER BY first_leaf",
        parameters);
  }

  /**
   * What a run is made of: from its first record on, those of the chain that go on. What is out of
   * its place between them is a run of its own, or is not to be found.
   */
  private List<Found> members(ChainId chain, Row run) {
    List<Found> members = new ArrayList<>();
    long next = run.getLong(2);
    for (Found found : entries(run.getLong(0), run.getLong(1) + 1)) {
      long sequence = found.entry().link().sequence();
      if (found.entry().chain().equals(chain) && sequence >= next) {
        members.add(found);
        next = sequence + 1;
      }
    }
    return members;
  }

  /** The records among the leaves [from, to). */
  private List<Found> entries(long from, long to) {
    List<Row> rows = leaves(from, to);
    List<Found> found = new ArrayList<>(rows.size());
    for (Row row : rows) {
      ByteString value = bytes(row, 1);
      ChainEntry.read(row.getLong(0), value, disowned)
          .ifPresent(entry -> found.add(new Found(entry, value)));
    }
    return found;
  }

  private List<ByteString> values(long first, int count) {
    return leaves(first, first + count).stream().map(row -> bytes(row, 1)).toList();
  }

  private List<Row> leaves(long from, long to) {
    return store.rows(
        "SELECT index, value FROM log_leaf WHERE index >= $1 AND index < $2 ORDER BY index",
        Tuple.of(from, to));
  }

  /**
   * Reads entries that are in the log and not among the chains yet: all of them after the migration
   * that made these tables, and those that a release before it added.
   *
   * <p>Range by range, each in a transaction that also says how far it came: a crash leaves fewer
   * ranges to read, and of two that read at once one begins anew.
   */
  void complete(long size) {
    long from = size();
    while (from < size) {
      long first = firstKept(from);
      long to = Math.min(size, Math.max(first, from) + RANGE);
      ChainMoves moves =
          ChainMoves.of(
              entries(Math.max(first, from), to).stream().map(Found::entry).toList(),
              this::position);
      long before = from;
      store.inTransaction(connection -> save(connection, before, to, moves));
      from = to;
    }
  }

  /** Without its signers, which change nothing of where its records are. */
  private ChainPosition position(ChainId chain) {
    ChainPosition start = ChainPosition.START.withStrays(strays(chain));
    return last(chain).map(link -> start.after(link.sequence(), link.hash())).orElse(start);
  }

  private long size() {
    return store.first("SELECT size FROM chain_head", Tuple.tuple()).orElseThrow().getLong(0);
  }

  /** Entries before it were pruned; their chains go on from those that are left. */
  private long firstKept(long from) {
    Long first =
        store
            .first("SELECT min(index) FROM log_leaf WHERE index >= $1", Tuple.of(from))
            .orElseThrow()
            .getLong(0);
    return first == null ? from : first;
  }

  /**
   * Adds what entries changed, inside the caller's transaction.
   *
   * @param from the log's size before them
   * @param to its size with them
   */
  static Uni<Void> save(SqlConnection connection, long from, long to, ChainMoves moves) {
    return connection
        .preparedQuery("UPDATE chain_head SET size = $2 WHERE size = $1")
        .execute(Tuple.of(from, to))
        .invoke(
            moved -> {
              if (moved.rowCount() != 1) {
                throw new IllegalStateException("the chains are not as far as the log");
              }
            })
        .flatMap(done -> saveStates(connection, moves))
        .flatMap(done -> saveRuns(connection, moves.runs()));
  }

  private static Uni<Void> saveStates(SqlConnection connection, ChainMoves moves) {
    List<ChainId> chains = List.copyOf(moves.last().keySet());
    return chains.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery(
                """
                INSERT INTO chain_state AS known (service, incarnation, last_sequence, last_hash)
                SELECT * FROM unnest($1::text[], $2::bytea[], $3::bigint[], $4::bytea[])
                ON CONFLICT (incarnation, service) DO UPDATE
                SET last_sequence = excluded.last_sequence, last_hash = excluded.last_hash
                WHERE excluded.last_sequence > known.last_sequence\
                """)
            .execute(
                Tuple.of(
                    chains.stream().map(ChainId::service).toArray(String[]::new),
                    chains.stream().map(one -> buffer(one.incarnation())).toArray(Buffer[]::new),
                    chains.stream().map(one -> link(moves, one).sequence()).toArray(Long[]::new),
                    chains.stream()
                        .map(one -> buffer(link(moves, one).hash()))
                        .toArray(Buffer[]::new)))
            .replaceWithVoid();
  }

  private static ChainLink link(ChainMoves moves, ChainId chain) {
    return Objects.requireNonNull(moves.last().get(chain));
  }

  private static Uni<Void> saveRuns(SqlConnection connection, List<ChainMoves.Run> runs) {
    return runs.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery(
                """
                INSERT INTO chain_run (service, incarnation, first_leaf, last_leaf, first_sequence,
                    last_sequence, shows_certificate, stray_hash)
                SELECT service, incarnation, first_leaf, last_leaf, first_sequence, last_sequence,
                    shows_certificate, nullif(stray_hash, '')
                FROM unnest($1::text[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[],
                    $6::bigint[], $7::boolean[], $8::bytea[])
                    AS added (service, incarnation, first_leaf, last_leaf, first_sequence,
                        last_sequence, shows_certificate, stray_hash)\
                """)
            .execute(
                Tuple.tuple()
                    .addValue(
                        runs.stream().map(run -> run.chain().service()).toArray(String[]::new))
                    .addValue(
                        runs.stream()
                            .map(run -> buffer(run.chain().incarnation()))
                            .toArray(Buffer[]::new))
                    .addValue(runs.stream().map(ChainMoves.Run::firstLeaf).toArray(Long[]::new))
                    .addValue(runs.stream().map(ChainMoves.Run::lastLeaf).toArray(Long[]::new))
                    .addValue(runs.stream().map(ChainMoves.Run::firstSequence).toArray(Long[]::new))
                    .addValue(runs.stream().map(ChainMoves.Run::lastSequence).toArray(Long[]::new))
                    .addValue(
                        runs.stream().map(ChainMoves.Run::showsCertificate).toArray(Boolean[]::new))
                    .addValue(
                        runs.stream()
                            .map(run -> buffer(run.stray().orElse(ByteString.EMPTY)))
                            .toArray(Buffer[]::new)))
            .replaceWithVoid();
  }

  private static Tuple tuple(ChainId chain) {
    return Tuple.of(buffer(chain.incarnation()), chain.service());
  }
}
