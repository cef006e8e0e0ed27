package io.pulsewarden.telemetry.vitals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.UUID;

/**
 * What makes two readings one. Devices send again until they are told that a message is safe, so
 * that a reading may be stored in any number of blocks; whoever reads blocks sees them through
 * this, and through nothing else.
 *
 * <p>Two readings with the same key (patient, source, device, code, time) and an equal value are
 * one. Another value at the same key stays beside the first: it is an amendment, and nothing is
 * ever replaced by it.
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

  private ReadingMerge() {}

  /**
   * Readings as they are to be shown.
   *
   * @param inStoreOrder by (partition, offset, position in the block): ordinals follow it, and stay
   *     what they are when more is stored behind
   * @return each reading once, in the order in which its key, then its value, came first
   */
  public static List<MergedReading> merge(List<SourcedReading> inStoreOrder) {
    Map<Key, SequencedSet<SourcedReading>> values = new LinkedHashMap<>();
    for (SourcedReading reading : inStoreOrder) {
      values.computeIfAbsent(Key.of(reading), key -> new LinkedHashSet<>()).add(reading);
    }
    List<MergedReading> merged = new ArrayList<>(inStoreOrder.size());
    for (SequencedSet<SourcedReading> ofOneKey : values.values()) {
      int ordinal = 0;
      for (SourcedReading reading : ofOneKey) {
        merged.add(new MergedReading(reading, ordinal++));
      }
    }
    return merged;
  }
}
