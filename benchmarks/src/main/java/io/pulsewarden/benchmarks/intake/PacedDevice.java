package io.pulsewarden.benchmarks.intake;

import java.io.IOException;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Publishes at a steady rate, whatever the answers do, up to the receive maximum. A round trip
 * counts from when the message was due, so that a server that stalls is not flattered.
 */
final class PacedDevice {

  private static final int WINDOW = 16;
  private static final int PACKET_IDS = 0x10000;

  private final DeviceLine line;
  private final VitalsPacket packet;
  private final long intervalNanos;
  private final Clock clock = Clock.systemUTC();
  private final Semaphore window = new Semaphore(WINDOW);
  private final long[] dueAt = new long[PACKET_IDS];
  private final SingleWriterRecorder micros = new SingleWriterRecorder(3);
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private volatile boolean stopping;
  private volatile String failure = "";

  /** Begins at once; the first message is due after {@code delayNanos}. */
  PacedDevice(DeviceLine line, UUID device, long intervalNanos, long delayNanos) {
    this.line = line;
    this.packet = new VitalsPacket(device);
    this.intervalNanos = intervalNanos;
    Thread.ofPlatform().daemon().start(() -> write(System.nanoTime() + delayNanos));
    Thread.ofPlatform().daemon().start(this::read);
  }

  private void write(long first) {
    byte[] out = new byte[packet.length()];
    try {
      for (long due = first; !stopping; due += intervalNanos) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        while (!window.tryAcquire(1, TimeUnit.SECONDS)) {
          if (stopping) {
            return;
          }
        }
        packet.next(clock.millis(), out, 0);
        dueAt[packet.lastId()] = due;
        sent.lazySet(sent.get() + 1);
        line.send(out, out.length);
      }
    } catch (IOException | InterruptedException broken) {
      fail(broken);
    }
  }

  private void read() {
    try {
      // Until the connection is closed, by whichever side.
      while (failure.isEmpty()) {
        line.receive(this::acknowledged);
      }
    } catch (IOException broken) {
      fail(broken);
    }
  }

  private void acknowledged(int packetId) {
    micros.recordValue(
        Math.max(0, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - dueAt[packetId])));
    acknowledged.lazySet(acknowledged.get() + 1);
    window.release();
  }

  private void fail(Exception broken) {
    if (!stopping) {
      failure = String.valueOf(broken.getMessage());
    }
  }

  /** Messages that were acknowledged. */
  long count() {
    return acknowledged.get();
  }

  /** Round trips since this was last asked. */
  Histogram takeMicros() {
    return micros.getIntervalHistogram();
  }

  /** Why it ended before its time; empty if it did not. */
  String failure() {
    return failure;
  }

  /** Sends nothing more. */
  void stop() {
    stopping = true;
  }

  /** Whether all that was sent is answered. */
  boolean isSettled() {
    return acknowledged.get() == sent.get();
  }
}
