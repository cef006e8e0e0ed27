package io.pulsewarden.keys.rotation;

import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekProvider.ToWrap;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKind;
import io.pulsewarden.keys.subject.WrapContext;
import io.pulsewarden.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Rows as the database would have them, with its order of ids; and a crash where a test wants it.
 */
final class RowsInMemory implements WrappedRows, RestoredCopy {

  /** What a test does at a swap: before it, and after it is durable. */
  interface Crash {
    void at(boolean durable);
  }

  final Map<UUID, WrappedRow> rows = new TreeMap<>(RowsInMemory::unsigned);
  final Map<UUID, String> keys = new HashMap<>();
  final Set<KekName> erasedAbove = new HashSet<>();
  Crash crash = _ -> {};
  String identity = "live";
  UUID trim = new UUID(0, 0);
  boolean standby;

  private static int unsigned(UUID one, UUID other) {
    int high = Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(one.getLeastSignificantBits(), other.getLeastSignificantBits());
  }

  /** A patient's key, wrapped under the newest version; all of one KEK. */
  static RowsInMemory of(KekProvider keks, KekName kek, int count) {
    RowsInMemory made = new RowsInMemory();
    while (made.rows.size() < count) {
      Subject subject = new Subject(kek.organisation(), SubjectKind.PATIENT, UUID.randomUUID());
      UUID id = UUID.randomUUID();
      SecretBytes key = SecretBytes.copyOf(("key of " + id).getBytes(StandardCharsets.UTF_8));
      Wrapped wrapped =
          keks.wrap(List.of(new ToWrap(kek, key, WrapContext.associated(subject, id, 1))))
              .toCompletableFuture()
              .join()
              .getFirst();
      made.rows.put(id, new WrappedRow(id, subject, 1, wrapped));
      made.keys.put(id, "key of " + id);
    }
    return made;
  }

  synchronized RowsInMemory copy(String name, UUID holding) {
    RowsInMemory copy = new RowsInMemory();
    copy.rows.putAll(rows);
    copy.identity = name;
    copy.trim = holding;
    return copy;
  }

  synchronized void change(UUID id, UnaryOperator<Wrapped> change) {
    rows.computeIfPresent(
        id,
        (_, row) ->
            new WrappedRow(row.id(), row.subject(), row.version(), change.apply(row.wrapped())));
  }

  @Override
  public synchronized List<KekName> keksOf(UUID organisation) {
    return Stream.concat(
            rows.values().stream().map(row -> row.wrapped().kek().name()), erasedAbove.stream())
        .distinct()
        .toList();
  }

  @Override
  public synchronized List<WrappedRow> olderThan(KekVersion target, UUID after, int limit) {
    return rows(target.name(), after, Integer.MAX_VALUE).stream()
        .filter(row -> row.wrapped().kek().version() < target.version())
        .limit(limit)
        .toList();
  }

  @Override
  public int swap(UUID rotation, List<Swap> swaps) {
    crash.at(false);
    int swapped = 0;
    synchronized (this) {
      for (Swap swap : swaps) {
        WrappedRow now = rows.get(swap.row().id());
        if (now != null && now.wrapped().equals(swap.row().wrapped())) {
          change(now.id(), _ -> swap.now());
          swapped++;
        }
      }
    }
    crash.at(true);
    return swapped;
  }

  @Override
  public String identity() {
    return identity;
  }

  @Override
  public boolean standby() {
    return standby;
  }

  @Override
  public boolean holds(UUID asked) {
    return trim.equals(asked);
  }

  @Override
  public synchronized List<WrappedRow> rows(KekName kek, UUID after, int limit) {
    return rows.values().stream()
        .filter(row -> row.wrapped().kek().name().equals(kek))
        .filter(row -> unsigned(row.id(), after) > 0)
        .limit(limit)
        .toList();
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
