package io.pulsewarden.telemetry.compaction;

import io.pulsewarden.telemetry.store.CompactionStore.Found;
import io.pulsewarden.telemetry.store.CompactionStore.Group;
import io.pulsewarden.telemetry.store.CompactionStore.Stand;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Groups in which there was nothing to compact, such as hours of waveforms: they are not opened
 * again for as long as they stand as they stood. Forgotten with the process; so many are kept. One
 * thread at a time.
 */
final class PassedOver {

  private final Map<Group, Stand> stands;

  PassedOver(int most) {
    stands =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Group, Stand> eldest) {
            return size() > most;
          }
        };
  }

  boolean holds(Found found) {
    return found.stand().equals(stands.get(found.group()));
  }

  void add(Found found) {
    stands.put(found.group(), found.stand());
  }
}
