package io.pulsewarden.platform.launch;

import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.process.ServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Which of a folder's processes run, and how they are stopped. */
public final class Processes {

  private static final String LAUNCHER = "launcher";

  private final DataFolder data;

  public Processes(DataFolder data) {
    this.data = data;
  }

  /** The running ones. */
  public Map<Part, ServerProcess> running() throws IOException {
    Map<Part, ServerProcess> running = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      Optional<ServerProcess> process = data.process(part.key()).running(part.key());
      process.ifPresent(found -> running.put(part, found));
    }
    return running;
  }

  /** The ports that the running ones have. */
  Set<Port> ports() throws IOException {
    Set<Port> ports = EnumSet.noneOf(Port.class);
    running().keySet().forEach(part -> ports.addAll(part.ports()));
    return ports;
  }

  /** The {@code up} that stays in the foreground, if there is one. */
  public Optional<ServerProcess> launcher() throws IOException {
    return data.process(LAUNCHER).running(LAUNCHER);
  }

  /** Writes this process down as the one that stays in the foreground. */
  public void launcherIsThisProcess() throws IOException {
    data.process(LAUNCHER).rememberThisProcess();
  }

  /**
   * Stops all that runs, highest rank first: first asks, then, after a while, kills. A crash in
   * between leaves the rest running and written down.
   *
   * @param each told of what was stopped
   */
  public void stopAll(Told each) throws IOException {
    stop(EnumSet.allOf(Part.class), each);
    data.process(LAUNCHER).forget();
  }

  /** As {@link #stopAll}, but only these. */
  void stop(Set<Part> parts, Told each) throws IOException {
    Map<Part, ServerProcess> running = running();
    running.keySet().retainAll(parts);
    SortedMap<Integer, List<Part>> ranks = new TreeMap<>(Comparator.reverseOrder());
    for (Part part : running.keySet()) {
      ranks.computeIfAbsent(part.rank(), rank -> new ArrayList<>()).add(part);
    }
    for (List<Part> rank : ranks.values()) {
      rank.forEach(part -> signal(running, part));
      rank.forEach(part -> awaitEnd(running, part, each));
    }
    for (Part part : parts) {
      data.process(part.key()).forget();
    }
  }

  private static void signal(Map<Part, ServerProcess> running, Part part) {
    ServerProcess process = running.get(part);
    if (process != null) {
      process.signal(part.gentle());
    }
  }

  private static void awaitEnd(Map<Part, ServerProcess> running, Part part, Told each) {
    ServerProcess process = running.get(part);
    if (process == null) {
      return;
    }
    boolean byItself = process.awaitEnd(Part.PATIENCE);
    if (!byItself) {
      process.kill();
    }
    each.stopped(part, byItself);
  }

  /** Hears what was stopped. */
  @FunctionalInterface
  public interface Told {
    /** {@code byItself} is false if it had to be killed. */
    void stopped(Part part, boolean byItself);
  }

  /** All parts, for a message. */
  public static String names() {
    return Arrays.stream(Part.values()).map(Part::key).collect(Collectors.joining(", "));
  }
}
