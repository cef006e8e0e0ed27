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
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Before anything is done with KEKs: does the provider have all that the database needs? If a
 * keyring were lost and a new one silently begun, keys would be wrapped under KEKs that look like
 * the lost ones. Looked at until it holds, then once a minute for health, and before the next key
 * is made when something points to a KEK that is gone. A KEK that this process has not wrapped with
 * yet is looked at before it does: it may have been lost since. One look at a time. Thread-safe.
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
  private final Set<KekName> wrappedWith = ConcurrentHashMap.newKeySet();
  private long doubts;
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
   * Which of these KEKs rows need and the provider lacks: it would begin them anew, so that no key
   * may be made by them. Fails as {@link #verify} does.
   */
  CompletionStage<Set<KekName>> lostAmong(Set<KekName> names) {
    return verify()
        .thenCompose(_ -> doubted ? absentAmong(names) : none())
        .thenCompose(absentOnes -> goneBeside(absentOnes, names));
  }

  /** The provider has them: from now on it says so itself if it loses one. */
  void wrappedWith(Collection<KekName> names) {
    wrappedWith.addAll(names);
  }

  private static CompletionStage<Set<KekName>> none() {
    return CompletableFuture.completedFuture(Set.of());
  }

  /** By the last look, or one that is taken now. */
  private CompletionStage<Set<KekName>> absentAmong(Set<KekName> names) {
    return word()
        .thenCompose(_ -> none())
        .exceptionallyCompose(
            failure ->
                isIncomplete(failure)
                    ? CompletableFuture.completedStage(absentNow(names))
                    : CompletableFuture.failedStage(failure));
  }

  private static boolean isIncomplete(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof KekUnavailableException said && said.reason() == KekFailure.INCOMPLETE;
  }

  private synchronized Set<KekName> absentNow(Set<KekName> names) {
    return names.stream().filter(absent::contains).collect(Collectors.toSet());
  }

  /** These, and those of the others that this process has not wrapped with and that are gone. */
  private CompletionStage<Set<KekName>> goneBeside(Set<KekName> lost, Set<KekName> names) {
    Set<KekName> unproven = new HashSet<>(names);
    unproven.removeAll(wrappedWith);
    unproven.removeAll(lost);
    if (unproven.isEmpty()) {
      return CompletableFuture.completedFuture(lost);
    }
    return store
        .newestKekVersions(unproven)
        .thenCompose(this::missing)
        .thenApply(
            missing -> {
              if (!missing.isEmpty()) {
                doubt();
              }
              Set<KekName> all = new HashSet<>(lost);
              missing.forEach(version -> all.add(version.name()));
              return all;
            });
  }

  /** A key does not open: health is to tell whether its KEK version is gone. */
  synchronized void lookAgain() {
    lookedAt = null;
  }

  /** The provider does not wrap with a KEK of its own: it may have lost it. */
  synchronized void doubt() {
    doubted = true;
    doubts++;
    if (found == null) {
      // Where something is missing already, the next look is due within the minute.
      lookedAt = null;
    }
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
    long doubtsBefore;
    synchronized (this) {
      CompletableFuture<Void> running = looking;
      if (running != null) {
        return running.copy();
      }
      mine = new CompletableFuture<>();
      looking = mine;
      // A doubt that comes from here on is not what this look is about.
      doubtsBefore = doubts;
    }
    begin()
        .whenComplete(
            (missing, failure) -> {
              KekUnavailableException judged = failure == null ? judge(missing) : null;
              landed(judged, failure == null ? missing : List.of(), failure, doubtsBefore);
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
      @Nullable Throwable failure,
      long doubtsBefore) {
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
      doubted = doubts != doubtsBefore;
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
