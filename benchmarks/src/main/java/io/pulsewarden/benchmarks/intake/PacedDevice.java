package io.pulsewarden.benchmarks.intake;

import java.io.IOException;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
  private final byte[] out;
  private final Clock clock = Clock.systemUTC();
  private final Semaphore window = new Semaphore(WINDOW);
  private final long[] dueAt = new long[PACKET_IDS];
  private final SingleWriterRecorder micros = new SingleWriterRecorder(3);
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private long due;
  private volatile boolean stopping;
  private volatile String failure = "";

  /** Reads answers from now on; the first message is due after {@code delayNanos}. */
  PacedDevice(DeviceLine line, UUID device, long intervalNanos, long delayNanos) {
    this.line = line;
    this.packet = new VitalsPacket(device);
    this.out = new byte[packet.length()];
    this.intervalNanos = intervalNanos;
    this.due = System.nanoTime() + delayNanos;
    // Blocked most of the time: a wakeup of a thread of the system's would cost more than the work.
    Thread.ofVirtual().start(this::read);
  }

  /**
   * Sends what is due and may be in flight. By one thread.
   *
   * @param now a nano time
   */
  void sendDue(long now) {
    try {
      while (!stopping && failure.isEmpty() && due - now <= 0 && window.tryAcquire()) {
        packet.next(clock.millis(), out, 0);
        dueAt[packet.lastId()] = due;
        sent.lazySet(sent.get() + 1);
        due += intervalNanos;
        line.send(out, out.length);
      }
    } catch (IOException broken) {
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
