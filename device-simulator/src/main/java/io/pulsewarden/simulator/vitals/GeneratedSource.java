package io.pulsewarden.simulator.vitals;

import io.pulsewarden.simulator.mqtt.MessageSource;
import io.pulsewarden.simulator.mqtt.OutgoingMessage;
import io.pulsewarden.simulator.senml.SenmlPack;
import io.pulsewarden.simulator.senml.SenmlRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A simulated device that measures at a fixed rate. What it could not send in time it still sends
 * later, with the time at which it was measured; nothing is left out.
 */
public final class GeneratedSource implements MessageSource {

  private final UUID device;
  private final DeviceProfile profile;
  private final Physiology person;
  private final long intervalNanos;
  private final long began;
  private final Instant beganAt;
  private long made;
  private long lastMillis;

  /**
   * @param interval between two messages
   * @param offset of the first, so that a fleet does not speak in chorus
   */
  public GeneratedSource(
      UUID device,
      DeviceProfile profile,
      Physiology person,
      Duration interval,
      Duration offset,
      Clock clock) {
    this.device = device;
    this.profile = profile;
    this.person = person;
    this.intervalNanos = Math.max(1, interval.toNanos());
    this.began = System.nanoTime() + offset.toNanos();
    this.beganAt = clock.instant().plus(offset);
  }

  @Override
  public long nanosUntilNext() {
    return began + made * intervalNanos - System.nanoTime();
  }

  @Override
  public OutgoingMessage next() {
    Instant measured = beganAt.plusNanos(made++ * intervalNanos);
    // One device never has two messages of the same millisecond.
    lastMillis = Math.max(lastMillis + 1, measured.toEpochMilli());
    List<SenmlRecord> readings =
        profile.readings(person, Instant.ofEpochMilli(lastMillis), Duration.ofNanos(intervalNanos));
    return new OutgoingMessage(
        Long.toString(lastMillis), readings.size(), SenmlPack.json(device, readings));
  }
}
