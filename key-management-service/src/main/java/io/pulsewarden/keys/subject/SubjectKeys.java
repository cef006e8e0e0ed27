package io.pulsewarden.keys.subject;

import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.secret.SecretBytes;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Subject keys by subject or id, from memory, or else unwrapped together. Thread-safe. Stages fail
 * when the database or the KEK provider can't be used; they complete on any thread.
 */
public final class SubjectKeys implements AutoCloseable {

  private static final int KEY_LENGTH = 32;
  private static final int FIRST_VERSION = 1;

  private final SecureRandom random = new SecureRandom();
  private final SubjectKeyStore store;
  private final KekProvider keks;
  private final KekInventory inventory;
  private final UnwrappedKeys unwrapped;
  private final Clock clock;

  SubjectKeys(SubjectKeyStore store, KekProvider keks, UnwrappedKeys unwrapped, Clock clock) {
    this.store = store;
    this.keks = keks;
    this.inventory = new KekInventory(store, keks);
    this.unwrapped = unwrapped;
    this.clock = clock;
  }

  /**
   * The key that each subject's data is sealed with now; made, once, for a subject that never had
   * one.
   *
   * @param requestedBy SPIFFE id, for the audit log
   */
  public CompletionStage<Map<Subject, SubjectKey>> current(
      Collection<Subject> subjects, String requestedBy) {
    Map<Subject, SubjectKey> found = new HashMap<>();
    Set<Subject> missing = new HashSet<>();
    for (Subject subject : subjects) {
      unwrapped
          .current(subject)
          .ifPresentOrElse(key -> found.put(subject, key), () -> missing.add(subject));
    }
    if (missing.isEmpty()) {
      return CompletableFuture.completedFuture(found);
    }
    return inventory
        .verify()
        .thenCompose(_ -> store.ofSubjects(missing))
        .thenCompose(rows -> addAbsent(missing, rows, requestedBy))
        .thenCompose(
            rows -> {
              // A subject whose only keys are destroyed was erased, and stays so.
              rows.forEach(
                  row ->
                      found.put(
                          row.subject(), new SubjectKey.Erased(row.subject().organisation())));
              List<StoredKey> sealing = rows.stream().filter(SubjectKeys::seals).toList();
              return live(sealing)
                  .thenApply(
                      keys -> {
                        for (StoredKey row : sealing) {
                          SubjectKey.Live key = keys.get(row.id());
                          if (key != null) {
                            found.put(row.subject(), key);
                          }
                        }
                        return found;
                      });
            });
  }

  /** The keys with these ids; none is made. */
  public CompletionStage<Map<UUID, SubjectKey>> byIds(Collection<UUID> ids) {
    Map<UUID, SubjectKey> found = new HashMap<>();
    Set<UUID> missing = new HashSet<>();
    for (UUID id : ids) {
      unwrapped.byId(id).ifPresentOrElse(key -> found.put(id, key), () -> missing.add(id));
    }
    if (missing.isEmpty()) {
      return CompletableFuture.completedFuture(found);
    }
    return inventory
        .verify()
        .thenCompose(_ -> store.byIds(missing))
        .thenCompose(
            rows -> {
              missing.forEach(id -> found.put(id, new SubjectKey.Unknown()));
              rows.forEach(
                  row -> found.put(row.id(), new SubjectKey.Erased(row.subject().organisation())));
              return live(rows);
            })
        .thenApply(
            keys -> {
              found.putAll(keys);
              return found;
            });
  }

  /** Whether KEKs work and fit what is in the database, now; fails with the reason if not. */
  public CompletionStage<Void> verify() {
    return inventory.recheck();
  }

  /** Zeroes what was in memory long enough. */
  public void dropExpired() {
    unwrapped.dropExpired();
  }

  @Override
  public void close() {
    unwrapped.close();
  }

  private CompletionStage<List<StoredKey>> addAbsent(
      Set<Subject> wanted, List<StoredKey> rows, String requestedBy) {
    Set<Subject> absent = new HashSet<>(wanted);
    rows.forEach(row -> absent.remove(row.subject()));
    if (absent.isEmpty()) {
      return CompletableFuture.completedFuture(rows);
    }
    List<SecretBytes> fresh = absent.stream().map(_ -> freshKey()).toList();
    return wrapped(List.copyOf(absent), fresh)
        .thenCompose(candidates -> store.addMissing(candidates, requestedBy))
        // Read again: somebody else may have been first, and theirs is the key.
        .thenCompose(_ -> store.ofSubjects(wanted))
        .whenComplete((_, _) -> fresh.forEach(SecretBytes::close));
  }

  private CompletionStage<List<StoredKey>> wrapped(List<Subject> subjects, List<SecretBytes> keys) {
    List<UUID> ids = subjects.stream().map(_ -> UUID.randomUUID()).toList();
    List<KekProvider.ToWrap> requests = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      Subject subject = subjects.get(i);
      requests.add(
          new KekProvider.ToWrap(
              WrapContext.kek(subject),
              keys.get(i),
              WrapContext.associated(subject, ids.get(i), FIRST_VERSION)));
    }
    return keks.wrap(requests)
        .thenApply(
            wrapped -> {
              List<StoredKey> candidates = new ArrayList<>();
              for (int i = 0; i < wrapped.size(); i++) {
                candidates.add(
                    new StoredKey(
                        ids.get(i),
                        subjects.get(i),
                        FIRST_VERSION,
                        SubjectKeyState.ACTIVE,
                        wrapped.get(i),
                        clock.instant().truncatedTo(ChronoUnit.MICROS)));
              }
              return candidates;
            });
  }

  /** Unwraps those that still have bytes, in one call, and keeps them. */
  private CompletionStage<Map<UUID, SubjectKey.Live>> live(List<StoredKey> rows) {
    List<StoredKey> living = new ArrayList<>();
    List<KekProvider.ToUnwrap> requests = new ArrayList<>();
    for (StoredKey row : rows) {
      Wrapped wrapped = row.wrapped();
      if (wrapped != null) {
        living.add(row);
        requests.add(
            new KekProvider.ToUnwrap(
                wrapped, WrapContext.associated(row.subject(), row.id(), row.version())));
      }
    }
    return requests.isEmpty()
        ? CompletableFuture.completedFuture(Map.of())
        : keks.unwrap(requests).thenApply(answers -> keep(living, answers));
  }

  private Map<UUID, SubjectKey.Live> keep(
      List<StoredKey> rows, List<KekProvider.Unwrapped> answers) {
    Map<UUID, SubjectKey.Live> keys = new HashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      StoredKey row = rows.get(i);
      switch (answers.get(i)) {
        case KekProvider.Unwrapped.Key(SecretBytes bytes) -> {
          keys.put(
              row.id(), new SubjectKey.Live(row.id(), row.subject().organisation(), bytes.copy()));
          unwrapped.put(row, bytes);
        }
        case KekProvider.Unwrapped.Refused(KekProvider.Refusal why) ->
            throw new KekUnavailableException(
                KekFailure.INCOMPLETE,
                "the wrapped subject key " + row.id() + " does not open: " + why,
                null);
      }
    }
    return keys;
  }

  private SecretBytes freshKey() {
    byte[] key = new byte[KEY_LENGTH];
    random.nextBytes(key);
    return SecretBytes.owning(key);
  }

  private static boolean seals(StoredKey row) {
    return row.state() == SubjectKeyState.ACTIVE;
  }
}
