package io.pulsewarden.audit.retention;

import io.pulsewarden.audit.checkpoint.CheckpointSigner;
import io.pulsewarden.audit.merkle.ProofBuilder;
import io.pulsewarden.audit.merkle.TileHashes;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Signs what the policy lets go. Blocks. */
final class Retention {

  private final RetentionStore store;
  private final TileHashes tiles;
  private final Supplier<CheckpointSigner> signer;
  private final Consumer<Prunable> audit;

  /**
   * @param signer with the log's own key
   * @param audit puts into the log that a statement is signed; returns once it is there
   */
  Retention(
      RetentionStore store,
      TileHashes tiles,
      Supplier<CheckpointSigner> signer,
      Consumer<Prunable> audit) {
    this.store = store;
    this.tiles = tiles;
    this.signer = signer;
    this.audit = audit;
  }

  /**
   * Signs a statement, if more entries can go than the newest one says.
   *
   * <p>A crash before the event leaves nothing; between event and statement, an event of a
   * statement that there is not, and the next look signs it; after the statement is stored, one
   * that the owner has not acted upon: all entries are still served. Nothing is deleted here.
   *
   * @return what was signed
   */
  Optional<Prunable> sign(Duration keep) {
    Prunable prunable = store.prunable(keep);
    if (prunable.minimum() <= store.minimum().orElse(0)) {
      return Optional.empty();
    }
    byte[] root = new ProofBuilder(prunable.minimum(), tiles).root(prunable.minimum());
    String note = signer.get().signPruning(prunable.minimum(), root, prunable.before());
    audit.accept(prunable);
    store.store(prunable.minimum(), note);
    return Optional.of(prunable);
  }
}
