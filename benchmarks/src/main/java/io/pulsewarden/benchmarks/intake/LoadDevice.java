package io.pulsewarden.benchmarks.intake;

import java.io.IOException;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Keeps so many messages in flight: each PUBACK is followed by the next message. {@link #run}
 * belongs to one thread; the rest may be asked from any.
 */
final class LoadDevice implements Runnable {

  private final DeviceLine line;
  private final int window;
  private final VitalsPacket packet;
  private final Clock clock = Clock.systemUTC();
  private final byte[] outgoing;
  private final long[] sentAt = new long[0x10000];
  private final SingleWriterRecorder micros = new SingleWriterRecorder(3);
  private final AtomicLong acknowledged = new AtomicLong();
  private int waiting;
  private int ready;
  private volatile boolean stopping;
  private volatile String failure = "";

  LoadDevice(DeviceLine line, UUID device, int window) {
    this.line = line;
    this.window = window;
    this.packet = new VitalsPacket(device);
    this.outgoing = new byte[window * packet.length()];
  }

  @Override
  public void run() {
    try {
      for (int i = 0; i < window; i++) {
        prepare();
      }
      while (waiting > 0) {
        if (ready > 0) {
          line.send(outgoing, ready);
          ready = 0;
        }
        line.receive(this::acknowledged);
      }
    } catch (IOException broken) {
      failure = String.valueOf(broken.getMessage());
    }
  }

  private void prepare() {
    packet.next(clock.millis(), outgoing, ready);
    sentAt[packet.lastId()] = System.nanoTime();
    ready += packet.length();
    waiting++;
  }

  private void acknowledged(int packetId) {
    micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - sentAt[packetId]));
    acknowledged.lazySet(acknowledged.get() + 1);
    waiting--;
    if (!stopping) {
      prepare();
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

  /** Sends nothing more; {@link #run} ends when all is acknowledged. */
  void stop() {
    stopping = true;
  }

  /** Why {@link #run} ended before its time; empty if it did not. */
  String failure() {
    return failure;
  }
}
