package io.pulsewarden.logverifier;

/**
 * Tells by nobody's clock which entries are an hour old at least. A process signs its next
 * heartbeat five seconds after the one before, by a clock that can't be set, and sends it at once:
 * where one process signed 720 more of them, an hour passed, whatever anybody's clock says, and
 * also where the log was computed much later. Outboxes don't count: what waits in one is sent all
 * at once. Not thread-safe.
 */
final class HourAgo {

  private static final int HEARTBEATS = 720;

  private long place = -1;

  /** The newest entry that is known to be so old, by its index; -1 while none is. */
  long place() {
    return place;
  }

  /** One process's newest heartbeats, and where they stand. */
  final class Beats {
    private final long[] newest = new long[HEARTBEATS];
    private long beats;

    void beat(long index) {
      int oldest = (int) (beats % HEARTBEATS);
      if (beats >= HEARTBEATS) {
        place = Math.max(place, newest[oldest]);
      }
      newest[oldest] = index;
      beats++;
    }
  }
}
