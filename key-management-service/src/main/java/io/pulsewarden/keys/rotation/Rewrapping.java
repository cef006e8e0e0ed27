package io.pulsewarden.keys.rotation;

import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekProvider.ToUnwrap;
import io.pulsewarden.keys.kek.KekProvider.ToWrap;
import io.pulsewarden.keys.kek.KekProvider.Unwrapped;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.keys.rotation.WrappedRows.Swap;
import io.pulsewarden.secret.SecretBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Unwraps and wraps anew, batch by batch, every row that an older version wraps. What opens stays
 * the same key, so that whoever holds it, or what is sealed with it, is not concerned. Any number
 * of instances may do it at once. Blocks.
 */
final class Rewrapping {

  /** As many as Vault takes in one request. */
  static final int BATCH = 1000;

  /**
   * One look at all rows.
   *
   * @param rewrapped by us
   * @param stuck rows that do not open; they stay as they are
   */
  record Pass(int rewrapped, int stuck) {}

  private static final UUID FIRST = new UUID(0, 0);

  private final WrappedRows rows;
  private final KekProvider keks;
  private final int batch;

  Rewrapping(WrappedRows rows, KekProvider keks, int batch) {
    this.rows = rows;
    this.keks = keks;
    this.batch = batch;
  }

  Pass pass(UUID rotation, KekVersion target) {
    int rewrapped = 0;
    int stuck = 0;
    UUID after = FIRST;
    while (true) {
      List<WrappedRow> some = rows.olderThan(target, after, batch);
      if (some.isEmpty()) {
        return new Pass(rewrapped, stuck);
      }
      List<Swap> swaps = wrappedAnew(some, target);
      // A crash up to here changed nothing.
      rewrapped += rows.swap(rotation, swaps);
      // A crash from here on leaves these rows done; whoever goes on finds the others.
      stuck += some.size() - swaps.size();
      after = some.getLast().id();
    }
  }

  private List<Swap> wrappedAnew(List<WrappedRow> some, KekVersion target) {
    List<ToUnwrap> toUnwrap = some.stream().map(WrappedRow::toUnwrap).toList();
    List<Unwrapped> unwrapped = keks.unwrap(toUnwrap).toCompletableFuture().join();
    List<WrappedRow> opened = new ArrayList<>();
    List<ToWrap> toWrap = new ArrayList<>();
    try {
      for (int i = 0; i < some.size(); i++) {
        if (unwrapped.get(i) instanceof Unwrapped.Key(SecretBytes key)) {
          opened.add(some.get(i));
          toWrap.add(new ToWrap(target.name(), key, toUnwrap.get(i).associated()));
        }
      }
      List<Wrapped> wrapped = keks.wrap(toWrap).toCompletableFuture().join();
      List<Swap> swaps = new ArrayList<>();
      for (int i = 0; i < wrapped.size(); i++) {
        // A provider that has not heard of the new version yet would only waste a write.
        if (wrapped.get(i).kek().version() >= target.version()) {
          swaps.add(new Swap(opened.get(i), wrapped.get(i)));
        }
      }
      return swaps;
    } finally {
      toWrap.forEach(each -> each.key().close());
    }
  }
}
