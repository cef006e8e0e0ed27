package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.store.BlockOpener.BlockContent;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.store.VitalBlockStore.Direction;
import io.pulsewarden.telemetry.vitals.MergedReading;
import io.pulsewarden.telemetry.vitals.ReadingMerge;
import io.pulsewarden.telemetry.vitals.SourcedReading;
import io.pulsewarden.telemetry.vitals.Wanted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** A copy of a reading, where it stands in the store. */
record Placed(int partition, long offset, int position, ReadingMerge.Copy copy) {

  private static final Comparator<Placed> STORE_ORDER =
      Comparator.comparingInt(Placed::partition)
          .thenComparingLong(Placed::offset)
          .thenComparingInt(Placed::position);

  /** Those of a block that are wanted. */
  static List<Placed> of(BlockContent content, Wanted wanted) {
    StoredBlock block = content.block();
    List<Placed> placed = new ArrayList<>();
    for (int i = 0; i < content.readings().size(); i++) {
      SourcedReading reading = content.readings().get(i);
      int position = content.positions()[i];
      if (wanted.wants(reading.reading())) {
        placed.add(
            new Placed(
                block.partition(),
                block.offset(),
                position,
                new ReadingMerge.Copy(
                    reading, block.withdrawn().contains(position), block.change())));
      }
    }
    return placed;
  }

  /**
   * Those that come first in a search, so many or some more: of each moment all or none, so that
   * none of a reading's copies is left out.
   */
  static List<Placed> first(List<Placed> copies, Direction direction, int count) {
    if (copies.size() <= count) {
      return copies;
    }
    long[] times = copies.stream().mapToLong(Placed::timeMillis).sorted().toArray();
    return switch (direction) {
      case NEWEST_FIRST -> {
        long earliest = times[times.length - count];
        yield copies.stream().filter(copy -> copy.timeMillis() >= earliest).toList();
      }
      case OLDEST_FIRST -> {
        long latest = times[count - 1];
        yield copies.stream().filter(copy -> copy.timeMillis() <= latest).toList();
      }
    };
  }

  private long timeMillis() {
    return copy.reading().reading().timeMillis();
  }

  /** What they come to. */
  static List<MergedReading> merged(Collection<Placed> copies) {
    return ReadingMerge.mergeCopies(copies.stream().sorted(STORE_ORDER).map(Placed::copy).toList());
  }

  @Override
  public String toString() {
    return "Placed[redacted]";
  }
}
