package io.pulsewarden.keys.subject;

import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.keys.kek.KekVersion;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Before anything is done with KEKs: does the provider have all that the database needs? If a
 * keyring were lost and a new one silently begun, keys would be wrapped under KEKs that look like
 * the lost ones. Looked at until it holds, then remembered. Thread-safe.
 */
final class KekInventory {

  private final SubjectKeyStore store;
  private final KekProvider keks;
  private volatile boolean complete;

  KekInventory(SubjectKeyStore store, KekProvider keks) {
    this.store = store;
    this.keks = keks;
  }

  /** Fails with {@link KekUnavailableException} while a KEK that rows need is missing. */
  CompletionStage<Void> verify() {
    return complete
        ? CompletableFuture.completedFuture(null)
        : store.kekVersionsInUse().thenCompose(keks::missing).thenAccept(this::judge);
  }

  /** Looks again, whatever was seen before; for health. */
  CompletionStage<Void> recheck() {
    return keks.check()
        .thenCompose(_ -> store.kekVersionsInUse())
        .thenCompose(keks::missing)
        .thenAccept(this::judge);
  }

  private void judge(List<KekVersion> missing) {
    if (!missing.isEmpty()) {
      throw new KekUnavailableException(
          KekFailure.INCOMPLETE,
          "the KEK provider lacks " + missing.size() + " KEKs that stored keys need",
          null);
    }
    complete = true;
  }
}
