package io.pulsewarden.keys.subject;

import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Rows of subject_key, in memory. */
final class KeysInMemory implements SubjectKeyStore {

  private final Map<UUID, StoredKey> rows = new LinkedHashMap<>();
  @Nullable Throwable failure;
  int looks;

  synchronized void put(StoredKey row) {
    rows.put(row.id(), row);
  }

  @Override
  public synchronized CompletionStage<List<StoredKey>> ofSubjects(Collection<Subject> subjects) {
    return CompletableFuture.completedFuture(
        rows.values().stream().filter(row -> subjects.contains(row.subject())).toList());
  }

  @Override
  public synchronized CompletionStage<List<StoredKey>> byIds(Collection<UUID> ids) {
    return CompletableFuture.completedFuture(
        rows.values().stream().filter(row -> ids.contains(row.id())).toList());
  }

  @Override
  public synchronized CompletionStage<List<StoredKey>> addMissing(
      List<StoredKey> candidates, String requestedBy) {
    Set<Subject> taken = rows.values().stream().map(StoredKey::subject).collect(Collectors.toSet());
    List<StoredKey> added = new ArrayList<>();
    for (StoredKey candidate : candidates) {
      if (taken.add(candidate.subject())) {
        rows.put(candidate.id(), candidate);
        added.add(candidate);
      }
    }
    return CompletableFuture.completedFuture(added);
  }

  @Override
  public synchronized CompletionStage<List<KekVersion>> newestKekVersions(
      Collection<KekName> keks) {
    return CompletableFuture.completedFuture(
        keks.stream()
            .flatMap(
                kek ->
                    rows.values().stream()
                        .map(StoredKey::wrapped)
                        .flatMap(wrapped -> wrapped == null ? Stream.empty() : Stream.of(wrapped))
                        .map(Wrapped::kek)
                        .filter(version -> version.name().equals(kek))
                        .max(Comparator.comparingInt(KekVersion::version))
                        .stream())
            .toList());
  }

  @Override
  public synchronized CompletionStage<List<KekVersion>> kekVersionsInUse() {
    looks++;
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    return CompletableFuture.completedFuture(
        rows.values().stream()
            .map(StoredKey::wrapped)
            .flatMap(wrapped -> wrapped == null ? Stream.empty() : Stream.of(wrapped.kek()))
            .distinct()
            .toList());
  }
}
