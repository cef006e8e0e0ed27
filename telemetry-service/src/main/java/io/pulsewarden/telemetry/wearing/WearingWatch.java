package io.pulsewarden.telemetry.wearing;

import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.wearing.WearingStore.Due;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One instance's share: announces what its feed says, and does the looks that are due. {@link
 * #changed} may come from any thread; the rest is one virtual thread's.
 */
final class WearingWatch {

  private static final int STEP = 500;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final UUID FIRST = new UUID(0, 0);
  private static final System.Logger LOG = System.getLogger(WearingWatch.class.getName());

  private final WearingStore store;
  private final Reconciler reconciler;
  private final DeviceDirectory directory;
  private final FeedFreshness freshness;
  private final Set<UUID> changed = ConcurrentHashMap.newKeySet();

  WearingWatch(
      WearingStore store,
      Reconciler reconciler,
      DeviceDirectory directory,
      FeedFreshness freshness) {
    this.store = store;
    this.reconciler = reconciler;
    this.directory = directory;
    this.freshness = freshness;
  }

  /** The feed said something of the device. */
  void changed(UUID device) {
    changed.add(device);
  }

  /** Readings may have been held by a release that did not ask for a look. */
  void begin() {
    store.askForAllThatHold().await().atMost(PATIENCE);
  }

  /**
   * Announces, and looks at what is due once.
   *
   * @throws RuntimeException if the database can't be reached now
   */
  void turn() {
    announce();
    if (!freshness.admitsSessions()) {
      return; // An old feed would put readings where they belonged once.
    }
    UUID after = FIRST;
    List<Due> due;
    do {
      due = store.due(after, STEP).await().atMost(PATIENCE);
      for (Due one : due) {
        look(one);
        after = one.device();
      }
    } while (due.size() == STEP);
  }

  private void announce() {
    List<UUID> noticed = changed.stream().limit(STEP).toList();
    while (!noticed.isEmpty()) {
      Map<UUID, Long> versions = new HashMap<>();
      // Before they are read: what changes meanwhile is noticed again.
      noticed.forEach(changed::remove);
      noticed.forEach(
          device ->
              directory.find(device).ifPresent(known -> versions.put(device, known.version())));
      try {
        store.announce(versions).await().atMost(PATIENCE);
      } catch (RuntimeException unavailable) {
        changed.addAll(noticed);
        throw unavailable;
      }
      noticed = changed.stream().limit(STEP).toList();
    }
  }

  private void look(Due due) {
    try {
      Optional<Device> device = directory.find(due.device());
      if (device.isEmpty()) {
        if (announced(due) == 0) {
          // The registry said nothing of it: there is nothing to judge by, until it does.
          store.done(due).await().atMost(PATIENCE);
        }
      } else if (announced(due) == device.get().version() && reconciler.reconcile(device.get())) {
        // A crash before this leaves the look due; all that it finds then is in its place.
        store.done(due).await().atMost(PATIENCE);
      }
    } catch (RuntimeException unavailable) {
      // One device's keys may be away: the others go on, and this one stays due.
      LOG.log(
          System.Logger.Level.WARNING,
          "readings wait to be put in their place: device={0}, reason={1}",
          due.device(),
          unavailable.getClass().getSimpleName());
    }
  }

  /** Whoever knows a later state than ours does the look, or we do when our feed has it. */
  private long announced(Due due) {
    return store.announced(due.device()).await().atMost(PATIENCE);
  }
}
