package io.pulsewarden.telemetry.wearing;

import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.vitals.Reading;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How a block's readings are parted among those whose they are.
 *
 * @param blocks what is to be sealed anew, by owner, in the block's order
 * @param withdrawn positions that are the block's patient's no longer, those of before included;
 *     empty for a block on hold, of which nothing stays
 * @param whole whether nothing is left of the block
 * @param moved how many readings change their owner
 */
record Parting(
    Map<Owner, VitalBlock> blocks, SortedSet<Integer> withdrawn, boolean whole, int moved) {

  /** Empty if all readings are where they belong. */
  static Optional<Parting> of(StoredBlock block, VitalBlock content, Wearings wearings) {
    Map<Owner, List<Reading>> leaving = new LinkedHashMap<>();
    SortedSet<Integer> withdrawn = new TreeSet<>(block.withdrawn());
    List<Reading> readings = content.readings();
    int moved = 0;
    for (int position = 0; position < readings.size(); position++) {
      if (withdrawn.contains(position)) {
        continue; // It left earlier, and is looked after where it went.
      }
      Reading reading = readings.get(position);
      Optional<Owner> owner = wearings.at(reading.timeMillis());
      boolean stays = owner.map(told -> isSubject(block, told)).orElse(true);
      if (!stays) {
        moved++;
      }
      if (block.heldByDevice()) {
        // A held block goes as a whole: what nobody wore the device for is held anew.
        leaving
            .computeIfAbsent(owner.orElseGet(Owner.Nobody::new), _ -> new ArrayList<>())
            .add(reading);
      } else if (!stays) {
        withdrawn.add(position);
        leaving.computeIfAbsent(owner.orElseThrow(), _ -> new ArrayList<>()).add(reading);
      }
    }
    if (moved == 0) {
      return Optional.empty();
    }
    Map<Owner, VitalBlock> blocks = new LinkedHashMap<>();
    leaving.forEach((owner, of) -> blocks.put(owner, block(content.skewed(), owner, of)));
    return Optional.of(
        block.heldByDevice()
            ? new Parting(blocks, new TreeSet<>(), true, moved)
            : new Parting(blocks, withdrawn, withdrawn.size() == readings.size(), moved));
  }

  private static boolean isSubject(StoredBlock block, Owner owner) {
    return switch (owner) {
      case Owner.Patient patient -> !block.heldByDevice() && patient.id().equals(block.subject());
      case Owner.Nobody() -> block.heldByDevice();
    };
  }

  private static VitalBlock block(boolean skewed, Owner owner, List<Reading> readings) {
    return switch (owner) {
      case Owner.Patient patient -> new VitalBlock(skewed, readings, Optional.of(patient.worn()));
      case Owner.Nobody() -> new VitalBlock(skewed, readings);
    };
  }
}
