package io.pulsewarden.audit.serving;

import io.pulsewarden.audit.log.LogStanding;
import io.pulsewarden.audit.log.LogStore;
import io.pulsewarden.audit.log.LogStore.StoredCheckpoint;
import io.pulsewarden.audit.merkle.TileHashes;
import io.pulsewarden.audit.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How far the log may be shown: what the newest published checkpoint covers, as long as that leads
 * on from what was shown before. Blocks; thread-safe.
 */
@ApplicationScoped
class PublishedLogStore {

  private final Supplier<Optional<StoredCheckpoint>> newest;
  private final LogStanding standing;
  private final ShownLog shown;

  @Inject
  PublishedLogStore(LogStore log, LogStanding standing, Clock clock) {
    this(log::latestCheckpoint, log, standing, clock);
  }

  PublishedLogStore(
      Supplier<Optional<StoredCheckpoint>> newest,
      TileHashes log,
      LogStanding standing,
      Clock clock) {
    this.newest = newest;
    this.standing = standing;
    this.shown = new ShownLog(log, clock);
  }

  /**
   * The newest.
   *
   * @throws ProblemException 503, if the database is older than what was shown, or has another log
   */
  StoredCheckpoint checkpoint() {
    requireStanding();
    // Asked for first: whoever is overtaken meanwhile must not take the newer one for a loss.
    long before = shown.size();
    Optional<StoredCheckpoint> found = newest.get();
    if (found.isEmpty() && before == 0) {
      throw ProblemException.notFound();
    }
    if (found.isEmpty() || found.get().size() < before) {
      shown.lost();
      throw ProblemException.notAsPublished();
    }
    if (!shown.goesOnWith(found.get())) {
      throw ProblemException.notAsPublished();
    }
    return found.get();
  }

  long size() {
    return checkpoint().size();
  }

  /** Whether so many entries are published. What was seen a moment ago is not asked for again. */
  boolean covers(long entries) {
    requireStanding();
    return (shown.isFresh() && entries <= shown.size()) || entries <= size();
  }

  /** Tiles of what is published; full and partial ones are remembered. */
  TileHashes tiles() {
    return shown.tiles();
  }

  private void requireStanding() {
    if (!standing.holds()) {
      shown.lost();
      throw ProblemException.notAsPublished();
    }
  }
}
