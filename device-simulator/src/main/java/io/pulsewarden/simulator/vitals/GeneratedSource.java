package io.pulsewarden.simulator.vitals;

import io.pulsewarden.simulator.mqtt.MessageSource;
import io.pulsewarden.simulator.mqtt.OutgoingMessage;
import io.pulsewarden.simulator.senml.SenmlPack;
import io.pulsewarden.simulator.senml.SenmlRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A simulated device that measures at its own rate, or as often as the registry wants. What it
 * could not send in time it still sends later, with the time at which it was measured; nothing is
 * left out.
 */
public final class GeneratedSource implements MessageSource {

  private final UUID device;
  private final DeviceProfile profile;
  private final Physiology person;
  private final long ownIntervalNanos;
  private long intervalNanos;
  private long dueNanos;
  private Instant dueAt;
  private boolean begun;
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
    this.ownIntervalNanos = Math.max(1, interval.toNanos());
    this.intervalNanos = ownIntervalNanos;
    this.dueNanos = System.nanoTime() + offset.toNanos();
    this.dueAt = clock.instant().plus(offset);
  }

  /** The same device, which does not let the registry change its rate. */
  public MessageSource atOwnRate() {
    return new MessageSource() {
      @Override
      public long nanosUntilNext() {
        return GeneratedSource.this.nanosUntilNext();
      }

      @Override
      public OutgoingMessage next() {
        return GeneratedSource.this.next();
      }
    };
  }

  /** Counts from the last measurement on; what is overdue stays due as it was. */
  @Override
  public void sampleEvery(Optional<Duration> interval) {
    long wanted = interval.map(Duration::toNanos).orElse(ownIntervalNanos);
    long left = nanosUntilNext();
    if (begun && left > 0) {
      postpone(Math.max(-left, wanted - intervalNanos));
    }
    intervalNanos = wanted;
  }

  private void postpone(long nanos) {
    dueNanos += nanos;
    dueAt = dueAt.plusNanos(nanos);
  }

  @Override
  public long nanosUntilNext() {
    return dueNanos - System.nanoTime();
  }

  @Override
  public OutgoingMessage next() {
    Instant measured = dueAt;
    begun = true;
    postpone(intervalNanos);
    // One device never has two messages of the same millisecond.
    lastMillis = Math.max(lastMillis + 1, measured.toEpochMilli());
    List<SenmlRecord> readings =
        profile.readings(person, Instant.ofEpochMilli(lastMillis), Duration.ofNanos(intervalNanos));
    return new OutgoingMessage(
        Long.toString(lastMillis), readings.size(), SenmlPack.json(device, readings));
  }
}
