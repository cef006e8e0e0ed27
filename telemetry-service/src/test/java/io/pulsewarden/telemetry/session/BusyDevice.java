package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pulsewarden.telemetry.session.MqttBed.Wearable;
import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A device that publishes as fast as its window lets it, pings twice a second, and keeps a ledger:
 * a message's reading is as old in milliseconds as its number, so that each can be found again.
 */
final class BusyDevice implements AutoCloseable {

  /** Below the receive maximum. */
  static final int WINDOW = 12;

  private static final long PING_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LOOK_MILLIS = 50;

  private final Wearable device;
  private final RawMqtt mqtt;
  private final long now;
  private final Semaphore window = new Semaphore(WINDOW);
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger pongs = new AtomicInteger();
  private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
  private volatile int most;
  private volatile boolean closing;
  private volatile String failure = "";

  /**
   * Takes over a connection whose CONNACK was read.
   *
   * @param now of the readings, Unix milliseconds
   */
  BusyDevice(Wearable device, RawMqtt mqtt, long now) {
    this.device = device;
    this.mqtt = mqtt;
    this.now = now;
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
    try {
      while (!closing) {
        if (System.nanoTime() - pinged > PING_NANOS) {
          mqtt.ping();
          pinged = System.nanoTime();
        }
        if (sent.get() < most && window.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          int number = sent.incrementAndGet();
          mqtt.publish(1, number, Topics.vitals(device.id()), payload(number));
        } else if (sent.get() >= most) {
          // Nothing to send but pings: there are never so many permits.
          boolean _ = window.tryAcquire(WINDOW + 1, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
      }
    } catch (IOException | InterruptedException broken) {
      fail("writing: " + broken.getMessage());
    }
  }

  private void read() {
    try {
      while (!closing) {
        Optional<Packet> packet = mqtt.read();
        if (packet.isEmpty()) {
          fail("closed");
          return;
        }
        take(packet.get());
      }
    } catch (IOException broken) {
      fail("reading: " + broken.getMessage());
    }
  }

  private void take(Packet packet) {
    switch (packet.type()) {
      case RawMqtt.PINGRESP -> pongs.incrementAndGet();
      case RawMqtt.PUBACK -> {
        if (packet.reason(2) != 0) {
          fail("refused: " + packet.reason(2));
        }
        acknowledged.add(((packet.body()[0] & 0xFF) << 8) | (packet.body()[1] & 0xFF));
        window.release();
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
