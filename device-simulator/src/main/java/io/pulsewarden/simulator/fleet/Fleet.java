package io.pulsewarden.simulator.fleet;

import io.pulsewarden.simulator.mqtt.DeviceSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Runs devices, each on a virtual thread, until they are done or the time is up. */
public final class Fleet {

  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration DRAIN = Duration.ofSeconds(10);

  private final List<DeviceSession> sessions;
  private final Counters counters;
  private final Display display;

  public Fleet(List<DeviceSession> sessions, Counters counters, Display display) {
    this.sessions = List.copyOf(sessions);
    this.counters = counters;
    this.display = display;
  }

  /**
   * Runs, shows progress and, at the end, a summary. After {@code duration}, or when this thread is
   * interrupted, nothing new is sent, and what is in flight has ten seconds to be answered.
   *
   * @param warmUp how much of the beginning is not measured
   * @return how many messages were sent or begun but never answered
   */
  public long run(Duration warmUp, Duration duration) {
    List<Future<?>> running = new ArrayList<>();
    long began;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      sessions.forEach(each -> running.add(threads.submit(() -> runOne(each))));
      threads.shutdown();
      boolean goOn = true;
      if (warmUp.isPositive()) {
        goOn = waitFor(threads, warmUp, elapsed -> {});
        counters.startMeasuring();
      }
      began = System.nanoTime();
      if (goOn) {
        waitFor(threads, duration, this::show);
      }
      sessions.forEach(DeviceSession::drain);
      waitFor(threads, DRAIN, elapsed -> {});
      sessions.forEach(DeviceSession::stop);
    }
    running.forEach(Fleet::failIfFailed);
    long unanswered = sessions.stream().mapToLong(DeviceSession::unanswered).sum();
    display.summary(counters.take(), sessions.size(), since(began), unanswered);
    return unanswered;
  }

  private static void runOne(DeviceSession session) {
    try {
      session.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void failIfFailed(Future<?> session) {
    if (session.state() == Future.State.FAILED) {
      throw new IllegalStateException("a device's session failed", session.exceptionNow());
    }
  }

  private void show(Duration elapsed) {
    display.show(counters.take(), sessions.size(), elapsed);
  }

  // False if it was told to stop.
  private static boolean waitFor(
      ExecutorService threads, Duration limit, Consumer<Duration> eachSecond) {
    long began = System.nanoTime();
    try {
      while (since(began).compareTo(limit) < 0) {
        Duration left = limit.minus(since(began));
        Duration tick = left.compareTo(TICK) < 0 ? left : TICK;
        if (threads.awaitTermination(tick.toNanos(), TimeUnit.NANOSECONDS)) {
          return true;
        }
        eachSecond.accept(since(began));
      }
      return true;
    } catch (InterruptedException stopRequested) {
      // Not restored: the graceful end still has to wait for the answers.
      return false;
    }
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }
}
