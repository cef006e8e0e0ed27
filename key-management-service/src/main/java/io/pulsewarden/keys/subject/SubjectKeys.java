package io.pulsewarden.keys.subject;

import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.secret.SecretBytes;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Subject keys by subject or id, from memory, or else unwrapped together. Thread-safe. Stages fail
 * when the database or the KEK provider can't be used; they complete on any thread.
 */
public final class SubjectKeys implements AutoCloseable {

  private static final int KEY_LENGTH = 32;

  /** So long may a thousand keys of a slow provider take. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final System.Logger LOG = System.getLogger(SubjectKeys.class.getName());

  private final SecureRandom random = new SecureRandom();
  private final SingleFlight<WantedKey, SubjectKey> bySubject;
  private final SingleFlight<UUID, SubjectKey> byId;
  private final SubjectKeyStore store;
  private final KekProvider keks;
  private final KekInventory inventory;
  private final UnwrappedKeys unwrapped;
  private final Clock clock;

  SubjectKeys(SubjectKeyStore store, KekProvider keks, UnwrappedKeys unwrapped, Clock clock) {
    this(store, keks, unwrapped, clock, PATIENCE);
  }

  /**
   * @param patience for what is not in memory
   */
  SubjectKeys(
      SubjectKeyStore store,
      KekProvider keks,
      UnwrappedKeys unwrapped,
      Clock clock,
      Duration patience) {
    this.bySubject = new SingleFlight<>(SubjectKeys::discard, patience);
    this.byId = new SingleFlight<>(SubjectKeys::discard, patience);
    this.store = store;
    this.keks = keks;
    this.inventory = new KekInventory(store, keks, clock);
    this.unwrapped = unwrapped;
    this.clock = clock;
  }

  /**
   * A key of each subject; made, once, for a subject that never had one.
   *
   * @param requestedBy SPIFFE id, for the audit log
   */
  public CompletionStage<Map<WantedKey, SubjectKey>> current(
      Collection<WantedKey> wanted, String requestedBy) {
    Map<WantedKey, SubjectKey> found = new HashMap<>();
    Set<WantedKey> missing = new HashSet<>();
    for (WantedKey one : wanted) {
      unwrapped.current(one).ifPresentOrElse(key -> found.put(one, key), () -> missing.add(one));
    }
    return bySubject
        .load(
            missing,
            one -> unwrapped.current(one).map(SubjectKey.class::cast),
            some -> inventory.verify().thenCompose(_ -> loadCurrent(some, requestedBy)))
        .whenComplete((_, failure) -> discardAfter(failure, found))
        .thenApply(loaded -> merge(found, loaded));
  }

  /** The keys with these ids; none is made. */
  public CompletionStage<Map<UUID, SubjectKey>> byIds(Collection<UUID> ids) {
    Map<UUID, SubjectKey> found = new HashMap<>();
    Set<UUID> missing = new HashSet<>();
    for (UUID id : ids) {
      unwrapped.byId(id).ifPresentOrElse(key -> found.put(id, key), () -> missing.add(id));
    }
    return byId.load(
            missing,
            id -> unwrapped.byId(id).map(SubjectKey.class::cast),
            some -> inventory.verify().thenCompose(_ -> loadByIds(some)))
        .whenComplete((_, failure) -> discardAfter(failure, found))
        .thenApply(loaded -> merge(found, loaded));
  }

  /**
   * Returns if keys may be wrapped by these KEKs: a lost one would be begun anew. Blocks.
   *
   * @throws CompletionException of {@link KekUnavailableException} if not
   */
  public void requireKeks(Collection<KekName> names) {
    Set<KekName> lost = inventory.lostAmong(Set.copyOf(names)).toCompletableFuture().join();
    if (!lost.isEmpty()) {
      throw new CompletionException(
          new KekUnavailableException(
              KekFailure.INCOMPLETE, "the KEK provider lacks a KEK that stored keys need", null));
    }
  }

  /** Zeroes what is in memory of these keys: they were destroyed, or don't seal any more. */
  public void forget(Collection<UUID> subjectKeyIds) {
    unwrapped.forget(subjectKeyIds);
  }

  /** Zeroes everything in memory. */
  public void forgetAll() {
    unwrapped.clear();
  }

  /** How long a key stays in memory at most. */
  public Duration lifetime() {
    return unwrapped.lifetime();
  }

  /** Whether KEKs work now; fails with the reason if not. */
  CompletionStage<Void> providerWorks() {
    return keks.check();
  }

  /** Whether they fit what is in the database; what was found in the last minute will do. */
  CompletionStage<Void> inventoryHolds() {
    return inventory.word();
  }

  /** Whether they did at some time since this process began. */
  boolean inventoryHeld() {
    return inventory.wasComplete();
  }

  /** Zeroes what was in memory long enough. */
  public void dropExpired() {
    unwrapped.dropExpired();
  }

  @Override
  public void close() {
    unwrapped.close();
  }

  private CompletionStage<Map<WantedKey, SubjectKey>> loadCurrent(
      Set<WantedKey> wanted, String requestedBy) {
    long mark = unwrapped.mark();
    Set<Subject> subjects = new HashSet<>();
    wanted.forEach(one -> subjects.add(one.subject()));
    return store
        .ofSubjects(subjects)
        .thenCompose(rows -> addAbsent(subjects, rows, requestedBy, mark))
        .thenCompose(
            rows -> {
              Map<WantedKey, StoredKey> serving = serving(wanted, rows);
              Set<Subject> known =
                  rows.stream().map(StoredKey::subject).collect(Collectors.toSet());
              return opened(serving.values().stream().distinct().toList(), mark)
                  .thenApply(keys -> assigned(wanted, known, serving, keys));
            });
  }

  /** Which row each is; a subject's first and only key is both that it may be asked for. */
  private static Map<WantedKey, StoredKey> serving(Set<WantedKey> wanted, List<StoredKey> rows) {
    Map<WantedKey, StoredKey> serving = new HashMap<>();
    for (StoredKey row : rows) {
      for (boolean permanent : new boolean[] {true, false}) {
        WantedKey one = new WantedKey(row.subject(), permanent);
        if (wanted.contains(one) && row.serves(one)) {
          serving.put(one, row);
        }
      }
    }
    return serving;
  }

  /**
   * Each its own copy, since each is closed.
   *
   * @param known subjects that have any row
   */
  private static Map<WantedKey, SubjectKey> assigned(
      Set<WantedKey> wanted,
      Set<Subject> known,
      Map<WantedKey, StoredKey> serving,
      Map<UUID, SubjectKey> keys) {
    Map<WantedKey, SubjectKey> found = new HashMap<>();
    for (WantedKey one : wanted) {
      StoredKey row = serving.get(one);
      SubjectKey key = row == null ? null : keys.get(row.id());
      found.put(
          one,
          switch (key) {
            // A subject whose keys are all destroyed was erased, and stays so. Who has none got
            // none, since its KEK is lost.
            case null ->
                known.contains(one.subject())
                    ? new SubjectKey.Erased(one.subject().organisation())
                    : new SubjectKey.Unusable(one.subject().organisation());
            case SubjectKey.Live live -> live.copy();
            default -> key;
          });
    }
    keys.values().forEach(SubjectKeys::discard);
    return found;
  }

  private CompletionStage<Map<UUID, SubjectKey>> loadByIds(Set<UUID> ids) {
    long mark = unwrapped.mark();
    return store
        .byIds(ids)
        .thenCompose(
            rows -> {
              Map<UUID, SubjectKey> found = new HashMap<>();
              ids.forEach(id -> found.put(id, new SubjectKey.Unknown()));
              rows.forEach(
                  row -> found.put(row.id(), new SubjectKey.Erased(row.subject().organisation())));
              return opened(rows, mark).thenApply(keys -> merge(found, keys));
            });
  }

  private CompletionStage<List<StoredKey>> addAbsent(
      Set<Subject> wanted, List<StoredKey> rows, String requestedBy, long mark) {
    Set<Subject> absent = new HashSet<>(wanted);
    rows.forEach(row -> absent.remove(row.subject()));
    if (absent.isEmpty()) {
      return CompletableFuture.completedFuture(rows);
    }
    return inventory
        .lostAmong(absent.stream().map(WrapContext::kek).collect(Collectors.toSet()))
        .thenCompose(
            lost -> {
              // Those of a lost KEK wait for it; they keep nobody else waiting.
              absent.removeIf(subject -> lost.contains(WrapContext.kek(subject)));
              return absent.isEmpty()
                  ? CompletableFuture.completedFuture(rows)
                  : add(List.copyOf(absent), wanted, requestedBy, mark);
            });
  }

  private CompletionStage<List<StoredKey>> add(
      List<Subject> subjects, Set<Subject> wanted, String requestedBy, long mark) {
    Map<Subject, SecretBytes> fresh = new HashMap<>();
    subjects.forEach(subject -> fresh.put(subject, freshKey()));
    return wrapped(subjects, fresh)
        .thenCompose(candidates -> store.addMissing(candidates, requestedBy))
        .thenAccept(added -> keepFresh(added, fresh, mark))
        // Read again: somebody else may have been first, and theirs is the key.
        .thenCompose(_ -> store.ofSubjects(wanted))
        .whenComplete((_, _) -> fresh.values().forEach(SecretBytes::close));
  }

  /** What was just made need not be unwrapped. */
  private void keepFresh(List<StoredKey> added, Map<Subject, SecretBytes> fresh, long mark) {
    for (StoredKey row : added) {
      SecretBytes bytes = fresh.get(row.subject());
      if (bytes != null) {
        unwrapped.put(row, bytes.copy(), mark);
      }
    }
  }

  private CompletionStage<List<StoredKey>> wrapped(
      List<Subject> subjects, Map<Subject, SecretBytes> keys) {
    List<UUID> ids = subjects.stream().map(_ -> UUID.randomUUID()).toList();
    List<KekProvider.ToWrap> requests = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      Subject subject = subjects.get(i);
      SecretBytes key = Objects.requireNonNull(keys.get(subject));
      requests.add(
          new KekProvider.ToWrap(
              WrapContext.kek(subject),
              key,
              WrapContext.associated(subject, ids.get(i), StoredKey.FIRST_VERSION)));
    }
    return keks.wrap(requests)
        .whenComplete((_, failure) -> doubtAfter(failure))
        .thenApply(
            wrapped -> {
              inventory.wrappedWith(wrapped.stream().map(each -> each.kek().name()).toList());
              List<StoredKey> candidates = new ArrayList<>();
              for (int i = 0; i < wrapped.size(); i++) {
                candidates.add(
                    new StoredKey(
                        ids.get(i),
                        subjects.get(i),
                        StoredKey.FIRST_VERSION,
                        SubjectKeyState.ACTIVE,
                        wrapped.get(i),
                        clock.instant().truncatedTo(ChronoUnit.MICROS)));
              }
              return candidates;
            });
  }

  /** A provider that refuses to wrap with a KEK of its own may have lost it. */
  private void doubtAfter(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof KekUnavailableException away && !away.reason().isPassing()) {
      inventory.doubt();
    }
  }

  /** Those that still have bytes: from memory, or unwrapped in one call and kept. */
  private CompletionStage<Map<UUID, SubjectKey>> opened(List<StoredKey> rows, long mark) {
    Map<UUID, SubjectKey> keys = new HashMap<>();
    List<StoredKey> toOpen = new ArrayList<>();
    List<KekProvider.ToUnwrap> requests = new ArrayList<>();
    for (StoredKey row : rows) {
      Wrapped wrapped = row.wrapped();
      if (wrapped == null) {
        continue;
      }
      SubjectKey.Live kept = unwrapped.byId(row.id()).orElse(null);
      if (kept == null) {
        toOpen.add(row);
        requests.add(
            new KekProvider.ToUnwrap(
                wrapped, WrapContext.associated(row.subject(), row.id(), row.version())));
      } else {
        keys.put(row.id(), kept);
      }
    }
    return requests.isEmpty()
        ? CompletableFuture.completedFuture(keys)
        : keks.unwrap(requests)
            .whenComplete((_, failure) -> discardAfter(failure, keys))
            .thenApply(
                answers -> {
                  keep(toOpen, answers, mark, keys);
                  return keys;
                });
  }

  private void keep(
      List<StoredKey> rows,
      List<KekProvider.Unwrapped> answers,
      long mark,
      Map<UUID, SubjectKey> keys) {
    for (int i = 0; i < rows.size(); i++) {
      StoredKey row = rows.get(i);
      UUID organisation = row.subject().organisation();
      switch (answers.get(i)) {
        case KekProvider.Unwrapped.Key(SecretBytes bytes) -> {
          keys.put(row.id(), new SubjectKey.Live(row.id(), organisation, bytes.copy()));
          unwrapped.put(row, bytes, mark);
        }
        case KekProvider.Unwrapped.Refused(KekProvider.Refusal why) -> {
          // One bad row is its subject's trouble; the others of the batch are served.
          LOG.log(
              System.Logger.Level.ERROR,
              "a wrapped subject key does not open: id={0}, reason={1}",
              row.id(),
              why);
          keys.put(row.id(), new SubjectKey.Unusable(organisation));
          if (why == KekProvider.Refusal.MISSING) {
            inventory.doubt();
          } else {
            inventory.lookAgain();
          }
        }
      }
    }
  }

  private static <K> Map<K, SubjectKey> merge(Map<K, SubjectKey> found, Map<K, SubjectKey> loaded) {
    found.putAll(loaded);
    return found;
  }

  private SecretBytes freshKey() {
    byte[] key = new byte[KEY_LENGTH];
    random.nextBytes(key);
    return SecretBytes.owning(key);
  }

  /** Nobody will get these. */
  private static void discardAfter(@Nullable Throwable failure, Map<?, SubjectKey> keys) {
    if (failure != null) {
      keys.values().forEach(SubjectKeys::discard);
    }
  }

  private static void discard(SubjectKey key) {
    if (key instanceof SubjectKey.Live live) {
      live.bytes().close();
    }
  }
}
