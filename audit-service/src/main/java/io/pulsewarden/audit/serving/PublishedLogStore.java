package io.pulsewarden.audit.serving;

import io.pulsewarden.audit.log.LogStore;
import io.pulsewarden.audit.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;

/** How far the log may be shown: what the newest published checkpoint covers. */
@ApplicationScoped
class PublishedLogStore {

  private final LogStore log;

  PublishedLogStore(LogStore log) {
    this.log = log;
  }

  LogStore.StoredCheckpoint checkpoint() {
    return log.latestCheckpoint().orElseThrow(ProblemException::notFound);
  }

  long size() {
    return checkpoint().size();
  }
}
