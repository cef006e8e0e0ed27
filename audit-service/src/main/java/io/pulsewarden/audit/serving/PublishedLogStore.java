package io.pulsewarden.audit.serving;

import io.pulsewarden.audit.log.LogStore;
import io.pulsewarden.audit.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * How far the log may be shown: what the newest published checkpoint covers. Blocks; thread-safe.
 */
@ApplicationScoped
class PublishedLogStore {

  private final LogStore log;
  private volatile long seen;

  PublishedLogStore(LogStore log) {
    this.log = log;
  }

  LogStore.StoredCheckpoint checkpoint() {
    LogStore.StoredCheckpoint newest =
        log.latestCheckpoint().orElseThrow(ProblemException::notFound);
    seen = Math.max(seen, newest.size());
    return newest;
  }

  long size() {
    return checkpoint().size();
  }

  /** Whether so many entries are published. What is stays so: a size that was seen is not asked. */
  boolean covers(long entries) {
    return entries <= seen || entries <= size();
  }
}
