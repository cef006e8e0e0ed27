package io.pulsewarden.telemetry.vitals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What makes two readings one. Devices send again until they are told that a message is safe, so
 * that a reading may be stored in any number of blocks; whoever reads blocks sees them through
 * this, and through nothing else.
 *
 * <p>Two readings with the same key (patient, source, device, code, time) and an equal value are
 * one. Another value at the same key stays beside the first: it is an amendment, and nothing is
 * ever replaced by it. A reading is withdrawn when each of its copies is: one that was given back
 * to its patient stands again.
 */
public final class ReadingMerge {

  private record Key(UUID patient, UUID source, UUID device, String code, long timeMillis) {
    static Key of(SourcedReading from) {
      return new Key(
          from.patient(),
          from.source(),
          from.device(),
          from.reading().code(),
          from.reading().timeMillis());
    }
  }

  /**
   * A copy of a reading as it is stored.
   *
   * @param withdrawn it was entered in error
   * @param change of the block that it stands in
   */
  public record Copy(SourcedReading reading, boolean withdrawn, Change change) {

    /** One of which it does not matter when it changed. */
    public Copy(SourcedReading reading, boolean withdrawn) {
      this(reading, withdrawn, Change.NONE);
    }

    @Override
    public String toString() {
      return "Copy[redacted]";
    }
  }

  /** What its copies come to. */
  private record State(boolean withdrawn, Change change) {
    State and(State other) {
      return new State(withdrawn && other.withdrawn, Change.later(change, other.change));
    }
  }

  private ReadingMerge() {}

  /** The same of readings none of which was withdrawn. */
  public static List<MergedReading> merge(List<SourcedReading> inStoreOrder) {
    return mergeCopies(inStoreOrder.stream().map(reading -> new Copy(reading, false)).toList());
  }

  /**
   * Readings as they are to be shown.
   *
   * @param inStoreOrder by (partition, offset, position in the block): ordinals follow it, and stay
   *     what they are when more is stored behind
   * @return each reading once, in the order in which its key, then its value, came first
   */
  public static List<MergedReading> mergeCopies(List<Copy> inStoreOrder) {
    Map<Key, Map<SourcedReading, State>> values = new LinkedHashMap<>();
    for (Copy copy : inStoreOrder) {
      values
          .computeIfAbsent(Key.of(copy.reading()), key -> new LinkedHashMap<>())
          .merge(copy.reading(), new State(copy.withdrawn(), copy.change()), State::and);
    }
    List<MergedReading> merged = new ArrayList<>(inStoreOrder.size());
    for (Map<SourcedReading, State> ofOneKey : values.values()) {
      int ordinal = 0;
      for (Map.Entry<SourcedReading, State> reading : ofOneKey.entrySet()) {
        State state = reading.getValue();
        merged.add(
            new MergedReading(reading.getKey(), ordinal++, state.withdrawn(), state.change()));
      }
    }
    return merged;
  }
}
