package io.pulsewarden.telemetry.quarantine;

import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.quarantine.QuarantineStore.Count;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** How much of a device was refused, and why. Needs no key. Thread-safe. */
public final class RefusalCounts {

  private final QuarantineStore store;

  RefusalCounts(QuarantineStore store) {
    this.store = store;
  }

  /**
   * Refused inputs of a device.
   *
   * @param open that nobody decided about
   * @param byReason of the open ones; {@code unknown} for those of before reasons were kept
   */
  public record Refusals(long open, long replayed, long discarded, Map<String, Long> byReason) {
    public Refusals {
      byReason = Map.copyOf(byReason);
    }

    static Refusals of(List<Count> counts) {
      return new Refusals(
          sum(counts, 0),
          sum(counts, DecisionStore.Decision.REPLAYED.code()),
          sum(counts, DecisionStore.Decision.DISCARDED.code()),
          counts.stream()
              .filter(count -> count.decision() == 0)
              .collect(Collectors.toMap(Count::reason, Count::count, Long::sum, TreeMap::new)));
    }

    private static long sum(List<Count> counts, int decision) {
      return counts.stream()
          .filter(count -> count.decision() == decision)
          .mapToLong(Count::count)
          .sum();
    }
  }

  /** All of one device. */
  public Uni<Refusals> of(UUID organisation, UUID device) {
    return store.counts(organisation, device, null).map(Refusals::of);
  }

  /** Those that came while the device was worn so. */
  public Uni<Refusals> of(UUID organisation, UUID device, List<Assignment> worn) {
    return store.counts(organisation, device, worn).map(Refusals::of);
  }
}
