package io.pulsewarden.keys.subject;

import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.keys.kek.KekVersion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Before anything is done with KEKs: does the provider have all that the database needs? If a
 * keyring were lost and a new one silently begun, keys would be wrapped under KEKs that look like
 * the lost ones. Looked at until it holds, then once a minute for health, and before the next key
 * is made when something points to a KEK that is gone. One look at a time. Thread-safe.
 */
final class KekInventory {

  private static final Duration FRESH = Duration.ofMinutes(1);

  /** So many are asked after at a time: hand-outs need the provider too. */
  private static final int AT_ONCE = 16;

  private final SubjectKeyStore store;
  private final KekProvider keks;
  private final Clock clock;
  private volatile boolean complete;
  private volatile boolean doubted;
  private @Nullable Instant lookedAt;
  private @Nullable KekUnavailableException found;
  private Set<KekName> absent = Set.of();
  private @Nullable CompletableFuture<Void> looking;

  KekInventory(SubjectKeyStore store, KekProvider keks, Clock clock) {
    this.store = store;
    this.keks = keks;
    this.clock = clock;
  }

  /** Fails with {@link KekUnavailableException} while a KEK that rows need was never seen. */
  CompletionStage<Void> verify() {
    return complete ? CompletableFuture.completedFuture(null) : look();
  }

  /**
   * As {@link #verify}, and after a doubt fails where one of these KEKs is among what is missing: a
   * lost one must not be begun anew. The others go on.
   */
  CompletionStage<Void> verifyForNewKeys(Set<KekName> keks) {
    if (!complete) {
      return look();
    }
    return doubted
        ? word()
            .exceptionallyCompose(
                failure ->
                    concerns(keks, failure)
                        ? CompletableFuture.failedStage(failure)
                        : CompletableFuture.completedFuture(null))
        : CompletableFuture.completedFuture(null);
  }

  private synchronized boolean concerns(Set<KekName> keks, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    boolean incomplete =
        cause instanceof KekUnavailableException said && said.reason() == KekFailure.INCOMPLETE;
    return !incomplete || !Collections.disjoint(keks, absent);
  }

  /** A key does not open: health is to tell whether its KEK version is gone. */
  synchronized void lookAgain() {
    lookedAt = null;
  }

  /** The provider does not wrap with a KEK of its own: it may have lost it. */
  synchronized void doubt() {
    doubted = true;
    lookedAt = null;
  }

  /** Whether all was there at some time. */
  boolean wasComplete() {
    return complete;
  }

  /** What the last look said, if it is of the last minute; else a look. For health. */
  CompletionStage<Void> word() {
    KekUnavailableException said;
    Instant at;
    synchronized (this) {
      at = lookedAt;
      said = found;
    }
    if (at == null || at.plus(FRESH).isBefore(clock.instant())) {
      return look();
    }
    return said == null
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(said);
  }

  private CompletionStage<Void> look() {
    CompletableFuture<Void> mine;
    synchronized (this) {
      CompletableFuture<Void> running = looking;
      if (running != null) {
        return running.copy();
      }
      mine = new CompletableFuture<>();
      looking = mine;
      // A doubt that comes from here on is not what this look is about.
      doubted = false;
    }
    begin()
        .whenComplete(
            (missing, failure) -> {
              KekUnavailableException judged = failure == null ? judge(missing) : null;
              landed(judged, failure == null ? missing : List.of(), failure);
              if (failure != null) {
                mine.completeExceptionally(failure);
              } else if (judged != null) {
                mine.completeExceptionally(judged);
              } else {
                mine.complete(null);
              }
            });
    return mine.copy();
  }

  private CompletionStage<List<KekVersion>> begin() {
    try {
      return store.kekVersionsInUse().thenCompose(this::missing);
    } catch (RuntimeException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  private CompletionStage<List<KekVersion>> missing(List<KekVersion> versions) {
    CompletionStage<List<KekVersion>> all = CompletableFuture.completedFuture(new ArrayList<>());
    for (int from = 0; from < versions.size(); from += AT_ONCE) {
      List<KekVersion> some = versions.subList(from, Math.min(versions.size(), from + AT_ONCE));
      all =
          all.thenCompose(
              before ->
                  keks.missing(some)
                      .thenApply(
                          absent -> {
                            before.addAll(absent);
                            return before;
                          }));
    }
    return all;
  }

  private synchronized void landed(
      @Nullable KekUnavailableException judged,
      List<KekVersion> missing,
      @Nullable Throwable failure) {
    looking = null;
    if (failure != null) {
      doubted = true;
      return;
    }
    found = judged;
    absent = missing.stream().map(KekVersion::name).collect(Collectors.toSet());
    lookedAt = clock.instant();
    if (judged == null) {
      complete = true;
    } else {
      doubted = true;
    }
  }

  private static @Nullable KekUnavailableException judge(List<KekVersion> missing) {
    return missing.isEmpty()
        ? null
        : new KekUnavailableException(
            KekFailure.INCOMPLETE,
            "the KEK provider lacks " + missing.size() + " KEKs that stored keys need",
            null);
  }
}
