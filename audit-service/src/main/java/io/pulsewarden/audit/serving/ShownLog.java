package io.pulsewarden.audit.serving;

import io.pulsewarden.audit.log.LogStore.StoredCheckpoint;
import io.pulsewarden.audit.merkle.ProofBuilder;
import io.pulsewarden.audit.merkle.RememberedTiles;
import io.pulsewarden.audit.merkle.TileHashes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was shown of the log since this instance began. A database that is put back under a running
 * service is seen here: it has less than was shown, or does not lead on from it. Thread-safe.
 */
final class ShownLog {

  /** For so long the database is believed without being asked, or compared. */
  private static final Duration FRESH = Duration.ofSeconds(1);

  /** Upper levels and the right edge are in every proof; a full tile has 14 KB in memory. */
  private static final int REMEMBERED_TILES = 1024;

  private static final System.Logger LOG = System.getLogger(ShownLog.class.getName());

  private final TileHashes log;
  private final RememberedTiles tiles;
  private final Clock clock;
  private @Nullable StoredCheckpoint last;
  private @Nullable Instant askedAt;
  private @Nullable Instant comparedAt;
  private boolean lost;

  ShownLog(TileHashes log, Clock clock) {
    this.log = log;
    this.tiles = new RememberedTiles(log, REMEMBERED_TILES);
    this.clock = clock;
  }

  /** Entries that were shown; 0 before the first. */
  synchronized long size() {
    return last == null ? 0 : last.size();
  }

  /** Whether the database was asked a moment ago. */
  synchronized boolean isFresh() {
    return isFresh(askedAt, clock.instant());
  }

  /** A look that lies ahead was made before the clock went back: nobody knows how long ago. */
  private static boolean isFresh(@Nullable Instant look, Instant now) {
    return look != null && !now.isBefore(look) && now.isBefore(look.plus(FRESH));
  }

  TileHashes tiles() {
    return tiles;
  }

  /** The database has not what was shown: the next checkpoint is compared, and tiles read anew. */
  synchronized void lost() {
    askedAt = null;
    comparedAt = null;
    lost = true;
    tiles.forget();
  }

  /**
   * Whether a checkpoint that is as large as what was shown, or larger, leads on from it. Then it
   * is what was shown.
   */
  synchronized boolean goesOnWith(StoredCheckpoint newest) {
    StoredCheckpoint before = last;
    if (before != null && before.size() > newest.size()) {
      return true; // shown by somebody else meanwhile
    }
    Instant now = clock.instant();
    if (before != null && !isFresh(comparedAt, now)) {
      if (!extend(before, newest)) {
        LOG.log(System.Logger.Level.ERROR, "the audit log contradicts what was shown");
        lost();
        return false;
      }
      comparedAt = now;
    }
    if (lost) {
      // Whoever was let in before it was noticed may have read tiles of the other one since.
      tiles.forget();
      lost = false;
    }
    last = newest;
    askedAt = now;
    return true;
  }

  /** Reads the database's own tiles, not those that are remembered. */
  private boolean extend(StoredCheckpoint before, StoredCheckpoint newest) {
    return before.size() == 0
        || TlogProof.signs(before.note(), new ProofBuilder(newest.size(), log).root(before.size()));
  }
}
