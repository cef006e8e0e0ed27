package io.pulsewarden.platform.commands;

import io.pulsewarden.platform.launch.PlatformStart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Stops everything once: when a start fails, or when this process is asked to end. */
final class Undo {

  private final PlatformStart start;
  private final AtomicBoolean pending = new AtomicBoolean(true);
  private volatile boolean stopping;

  private Undo(PlatformStart start) {
    this.start = start;
  }

  /** From now on Ctrl-C and SIGTERM stop everything. */
  static Undo armed(PlatformStart start) {
    Undo undo = new Undo(start);
    Runtime.getRuntime().addShutdownHook(new Thread(undo::interrupted, "stop-platform"));
    return undo;
  }

  /** What runs is to stay when this process ends. */
  void disarm() {
    pending.set(false);
  }

  /** Whether everything is being stopped, because this process is asked to end. */
  boolean stopping() {
    return stopping;
  }

  /** The start failed: stops what it had started. */
  void failed() throws IOException {
    if (pending.compareAndSet(true, false)) {
      start.undo();
    }
  }

  private void interrupted() {
    stopping = true;
    if (pending.compareAndSet(true, false)) {
      try {
        start.stopAll();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
