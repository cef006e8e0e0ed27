package io.pulsewarden.audit.index;

import io.pulsewarden.audit.trail.OwnEvents;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Puts the package together. */
@ApplicationScoped
class IndexBeansConfiguration {

  @Produces
  @Singleton
  IndexCheck check(IndexRowsStore store) {
    return new IndexCheck(store);
  }

  @Produces
  @Singleton
  IndexBuild build(IndexRowsStore store, IndexCheck check) {
    return new IndexBuild(store, check);
  }

  @Produces
  @Singleton
  IndexWatch watch(IndexCheck check, IndexMetrics metrics, OwnEvents events) {
    return new IndexWatch(check, metrics, events);
  }
}
