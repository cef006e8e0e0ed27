package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.store.BlockOpener.BlockContent;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.vitals.MergedReading;
import io.pulsewarden.telemetry.vitals.Reading;
import io.pulsewarden.telemetry.vitals.ReadingMerge;
import io.pulsewarden.telemetry.vitals.SourcedReading;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** A copy of a reading, where it stands in the store. */
record Placed(int partition, long offset, int position, ReadingMerge.Copy copy) {

  private static final Comparator<Placed> STORE_ORDER =
      Comparator.comparingInt(Placed::partition)
          .thenComparingLong(Placed::offset)
          .thenComparingInt(Placed::position);

  /** Those of a block that are wanted. */
  static List<Placed> of(BlockContent content, Predicate<Reading> wanted) {
    StoredBlock block = content.block();
    List<Placed> placed = new ArrayList<>();
    int position = 0;
    for (SourcedReading reading : content.readings()) {
      if (wanted.test(reading.reading())) {
        placed.add(
            new Placed(
                block.partition(),
                block.offset(),
                position,
                new ReadingMerge.Copy(
                    reading, block.withdrawn().contains(position), block.change())));
      }
      position++;
    }
    return placed;
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
