package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pulsewarden.telemetry.session.MqttBed.Wearable;
import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A device that publishes as fast as its window lets it, pings meanwhile, and keeps a ledger: a
 * message's reading is as old in milliseconds as its number, so that each can be found again. If it
 * may, it comes back when its connection is closed, and sends again what was not acknowledged.
 */
final class BusyDevice implements AutoCloseable {

  /** Below the receive maximum. */
  static final int WINDOW = 12;

  private static final int STORE_UNAVAILABLE = 0x89;
  private static final long LOOK_MILLIS = 50;
  private static final long BACK_OFF_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** How it connects. */
  interface Line {

    /**
     * A connection whose CONNACK was read.
     *
     * @throws IOException also if it was not let in
     */
    RawMqtt open() throws IOException;
  }

  private final Wearable device;
  private final Line line;
  private final boolean comesBack;
  private final long now;
  private final long pingNanos;
  private final Semaphore window = new Semaphore(WINDOW);
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger pongs = new AtomicInteger();
  private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
  private final AtomicInteger returns = new AtomicInteger();
  private final Object sending = new Object();
  private volatile RawMqtt mqtt;
  private volatile int most;
  private volatile boolean closing;
  private volatile String failure = "";

  /**
   * Connects.
   *
   * @param now of the readings, Unix milliseconds
   * @param ping between two pings
   * @param comesBack whether it may be closed; else that is a failure
   */
  BusyDevice(Wearable device, Line line, long now, Duration ping, boolean comesBack)
      throws IOException {
    this.device = device;
    this.line = line;
    this.now = now;
    this.pingNanos = ping.toNanos();
    this.comesBack = comesBack;
    this.mqtt = line.open();
    Thread.ofVirtual().start(this::read);
    Thread.ofVirtual().start(this::write);
  }

  /** Sends so many messages in all, from now on. */
  void allow(int messages) {
    most = messages;
  }

  /** Bytes of each payload. */
  int payloadBytes() {
    return payload(1).length;
  }

  Wearable device() {
    return device;
  }

  /** Messages that left. */
  int sent() {
    return sent.get();
  }

  /** Messages that were acknowledged; one that is acknowledged twice counts once. */
  int acknowledged() {
    return acknowledged.size();
  }

  /** Pings that were answered. */
  int pongs() {
    return pongs.get();
  }

  /** How often it came back. */
  int returns() {
    return returns.get();
  }

  /** When the reading of a message was measured. */
  long timeMillis(int number) {
    return now - number;
  }

  /** What went wrong; empty if nothing did. */
  String failure() {
    return failure;
  }

  private void write() {
    long pinged = System.nanoTime();
    while (!closing) {
      try {
        if (System.nanoTime() - pinged > pingNanos) {
          pinged = System.nanoTime();
          synchronized (sending) {
            mqtt.ping();
          }
        }
        if (sent.get() < most && window.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          synchronized (sending) {
            publish(sent.incrementAndGet());
          }
        } else if (sent.get() >= most) {
          // Nothing to send but pings: there are never so many permits.
          boolean _ = window.tryAcquire(WINDOW + 1, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
      } catch (IOException broken) {
        // What did not leave is sent by whoever comes back.
        if (!comesBack) {
          fail("writing: " + broken.getMessage());
          return;
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        fail("interrupted");
        return;
      }
    }
  }

  private void publish(int number) throws IOException {
    mqtt.publish(1, number, Topics.vitals(device.id()), payload(number));
  }

  private void read() {
    while (!closing) {
      try {
        Optional<Packet> packet = mqtt.read();
        if (packet.isPresent() && !(comesBack && isComeBackLater(packet.get()))) {
          take(packet.get());
        } else if (comesBack) {
          comeBack();
        } else {
          fail("closed");
          return;
        }
      } catch (IOException broken) {
        if (!comesBack) {
          fail("reading: " + broken.getMessage());
          return;
        }
        comeBack();
      }
    }
  }

  private static boolean isComeBackLater(Packet packet) {
    return packet.type() == RawMqtt.DISCONNECT && packet.reason(0) == STORE_UNAVAILABLE;
  }

  private void comeBack() {
    while (!closing) {
      try {
        mqtt.close();
        RawMqtt opened = line.open();
        synchronized (sending) {
          mqtt = opened;
          returns.incrementAndGet();
          for (int number = 1; number <= sent.get(); number++) {
            if (!acknowledged.contains(number)) {
              publish(number);
            }
          }
        }
        return;
      } catch (IOException notYet) {
        LockSupport.parkNanos(BACK_OFF_NANOS);
      }
    }
  }

  private void take(Packet packet) {
    switch (packet.type()) {
      case RawMqtt.PINGRESP -> pongs.incrementAndGet();
      case RawMqtt.PUBACK -> {
        if (packet.reason(2) != 0) {
          fail("refused: " + packet.reason(2));
        }
        if (acknowledged.add(((packet.body()[0] & 0xFF) << 8) | (packet.body()[1] & 0xFF))) {
          window.release();
        }
      }
      default -> fail("packet of type " + packet.type() + ", reason " + packet.reason(0));
    }
  }

  private void fail(String what) {
    if (!closing && failure.isEmpty()) {
      failure = what;
    }
  }

  private byte[] payload(int number) {
    long millis = timeMillis(number);
    return "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":60,\"t\":%d.%03d}]"
        .formatted(millis / 1_000, millis % 1_000)
        .getBytes(UTF_8);
  }

  @Override
  public void close() throws IOException {
    closing = true;
    mqtt.close();
  }
}
