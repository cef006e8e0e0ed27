package io.pulsewarden.audit.index;

import java.util.OptionalLong;
import org.jboss.logging.Logger;

/**
 * Builds the generation of the index that the owner began, from the leaves. Searches go on in the
 * old one; entries that come meanwhile are added to both by the sequencer. Blocks.
 */
final class IndexBuild {

  private static final Logger LOG = Logger.getLogger(IndexBuild.class);
  private static final long BATCH = 1000;

  private final IndexRowsStore store;
  private final IndexCheck check;

  IndexBuild(IndexRowsStore store, IndexCheck check) {
    this.store = store;
    this.check = check;
  }

  /**
   * Builds, if there is something to build. A crash after any batch leaves a generation that is not
   * searched, and the next call goes on behind what it has. Only once it was compared with the log
   * does the owner's switch accept it.
   *
   * @return whether there was something
   */
  boolean run() {
    var wanted = store.building().filter(generation -> !store.isBuilt(generation.number()));
    wanted.ifPresent(this::build);
    return wanted.isPresent();
  }

  private void build(IndexRowsStore.Generation generation) {
    long from = store.builtTo(generation);
    while (from < generation.fromLeaf()) {
      OptionalLong kept = store.firstKept(from);
      long to = Math.min(generation.fromLeaf(), kept.orElse(generation.fromLeaf()) + BATCH);
      store.add(generation.number(), store.leaves(from, to));
      from = to;
    }
    IndexCheck.Result result = check.of(generation.number());
    if (result.first().isPresent()) {
      throw new IllegalStateException("the new index differs from the log");
    }
    store.built(generation.number());
    LOG.infof("index built anew generation=%d entries=%d", generation.number(), result.entries());
  }
}
