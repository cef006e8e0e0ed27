package io.pulsewarden.telemetry.wearing;

import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.store.VitalBlockStore.WornSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Who wore one device when, as far as its state tells. */
final class Wearings {

  /**
   * The feed has the assignments of the last 30 days. A gap further back says nothing; an hour less
   * leaves room for clocks and for the way of a message.
   */
  private static final Duration TOLD = Duration.ofDays(30).minusHours(1);

  private final Device device;
  private final long toldSinceMillis;

  Wearings(Device device, long nowMillis) {
    this.device = device;
    this.toldSinceMillis = nowMillis - TOLD.toMillis();
  }

  /** Whose a reading of this time is; empty if that can't be told any more. */
  Optional<Owner> at(long timeMillis) {
    Optional<Owner> patient = device.wornAt(timeMillis).map(Owner.Patient::by);
    return patient.isPresent() || timeMillis < toldSinceMillis
        ? patient
        : Optional.of(new Owner.Nobody());
  }

  /** All of the time that can be told of: assignments, and the gaps between them. */
  List<WornSpan> spans() {
    List<WornSpan> spans = new ArrayList<>();
    long gap = toldSinceMillis;
    for (Assignment assignment :
        device.assignments().stream()
            .sorted(Comparator.comparingLong(Assignment::fromMillis))
            .toList()) {
      if (gap < assignment.fromMillis()) {
        spans.add(new WornSpan(gap, assignment.fromMillis(), null));
      }
      spans.add(
          new WornSpan(assignment.fromMillis(), assignment.untilMillis(), assignment.patient()));
      gap = Math.max(gap, assignment.untilMillis());
    }
    if (gap < Long.MAX_VALUE) {
      spans.add(new WornSpan(gap, Long.MAX_VALUE, null));
    }
    return spans;
  }
}
