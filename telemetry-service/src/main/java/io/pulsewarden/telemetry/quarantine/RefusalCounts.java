package io.pulsewarden.telemetry.quarantine;

import io.pulsewarden.telemetry.quarantine.QuarantineReader.OpenedInput;
import io.pulsewarden.telemetry.quarantine.QuarantineStore.Place;
import io.smallrye.mutiny.Uni;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * How much of a device was refused, and why. Reasons stand sealed with what was refused: to count
 * them, it is opened. Thread-safe; answers may come on any thread.
 */
public final class RefusalCounts {

  private static final int OPENED = 50;

  private final QuarantineStore store;
  private final QuarantineReader reader;

  RefusalCounts(QuarantineStore store, QuarantineReader reader) {
    this.store = store;
    this.reader = reader;
  }

  /**
   * Refused inputs of a device.
   *
   * @param open that nobody decided about
   * @param byReason of the open ones, the latest {@code OPENED} of them
   */
  public record Refusals(long open, long replayed, long discarded, Map<String, Long> byReason) {
    public Refusals {
      byReason = Map.copyOf(byReason);
    }
  }

  /** Of one device; fails with KeysUnavailableException if they can't be opened now. */
  public Uni<Refusals> of(UUID organisation, UUID device) {
    return store
        .decided(organisation, device)
        .chain(
            counts ->
                store
                    .page(organisation, device, Place.LATEST, OPENED)
                    .chain(reader::open)
                    .map(
                        opened ->
                            new Refusals(
                                counts.open(),
                                counts.replayed(),
                                counts.discarded(),
                                opened.stream()
                                    .collect(
                                        Collectors.groupingBy(
                                            OpenedInput::reason,
                                            TreeMap::new,
                                            Collectors.counting())))));
  }
}
