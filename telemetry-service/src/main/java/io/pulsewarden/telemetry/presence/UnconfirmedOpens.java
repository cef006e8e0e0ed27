package io.pulsewarden.telemetry.presence;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Connections of this instance that the database may not have yet, of each device the newest. What
 * a look at it says of their devices is of before, and would end the newest connection in favour of
 * an older one. While the database is away nothing is confirmed, and devices come back again and
 * again: of each there is one entry, however long that lasts. Thread-safe.
 */
final class UnconfirmedOpens {

  private static final long NOT_YET = Long.MAX_VALUE;

  /**
   * One connection.
   *
   * @param during the look that had begun last when it was known what became of it
   */
  private record Open(UUID connection, long during) {}

  /** By device. */
  private final Map<UUID, Open> opens = new ConcurrentHashMap<>();

  private final AtomicLong looks = new AtomicLong();

  void begun(Connection connection) {
    opens.put(connection.device(), new Open(connection.id(), NOT_YET));
  }

  /** It is written, or will not be any more; nothing new where a newer one is under way. */
  void settled(Connection connection) {
    opens.computeIfPresent(
        connection.device(),
        (_, open) ->
            open.connection().equals(connection.id())
                ? new Open(connection.id(), looks.get())
                : open);
  }

  /** Devices of which one is not confirmed. */
  int size() {
    return opens.size();
  }

  /** Begins a look; its number. */
  long look() {
    return looks.incrementAndGet();
  }

  /** What can be believed of what a look found. */
  Elsewhere believed(long look, Map<UUID, UUID> found) {
    Set<UUID> doubtful = new HashSet<>();
    opens.forEach(
        (device, open) -> {
          if (open.during() >= look) {
            doubtful.add(device);
          } else {
            opens.remove(device, open);
          }
        });
    Map<UUID, UUID> newest = new HashMap<>(found);
    newest.keySet().removeAll(doubtful);
    return new Elsewhere(newest, newest.size() == found.size());
  }
}
