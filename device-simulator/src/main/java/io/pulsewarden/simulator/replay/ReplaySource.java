package io.pulsewarden.simulator.replay;

import io.pulsewarden.simulator.mqtt.MessageSource;
import io.pulsewarden.simulator.mqtt.OutgoingMessage;
import io.pulsewarden.simulator.senml.SenmlPack;
import io.pulsewarden.simulator.senml.SenmlRecord;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** One device's part of a record, as messages of some minutes each. */
public final class ReplaySource implements MessageSource {

  private static final double NANOS_A_MINUTE = Duration.ofMinutes(1).toNanos();

  private final List<Batch> batches;
  private final double speed;
  private final long began;
  private int next;

  private record Batch(int lastMinute, OutgoingMessage message) {}

  /**
   * @param start the time of minute 0
   * @param batchMinutes how many minutes go into a message, at least 1
   * @param speed 1 is real time; infinite: as fast as answers come
   */
  public ReplaySource(
      RecordFile record, Role role, UUID device, Instant start, int batchMinutes, double speed) {
    this.batches = batches(record, role, device, start, batchMinutes);
    this.speed = speed;
    this.began = System.nanoTime();
  }

  private static List<Batch> batches(
      RecordFile record, Role role, UUID device, Instant start, int batchMinutes) {
    List<Batch> all = new ArrayList<>();
    List<RecordFile.Row> rows = record.rows();
    for (int from = 0; from < rows.size(); from += batchMinutes) {
      List<RecordFile.Row> some = rows.subList(from, Math.min(rows.size(), from + batchMinutes));
      List<SenmlRecord> readings = new ArrayList<>();
      some.forEach(row -> addReadings(row, role, start, readings));
      if (!readings.isEmpty()) {
        int first = some.getFirst().minute();
        int last = some.getLast().minute();
        String label = first == last ? Integer.toString(first) : first + "-" + last;
        byte[] payload = SenmlPack.json(device, readings);
        all.add(new Batch(last, new OutgoingMessage(label, readings.size(), payload)));
      }
    }
    return List.copyOf(all);
  }

  private static void addReadings(
      RecordFile.Row row, Role role, Instant start, List<SenmlRecord> readings) {
    Instant time = start.plus(Duration.ofMinutes(row.minute()));
    for (Channel each : Channel.values()) {
      BigDecimal value = row.values().get(each);
      if (each.role() == role && value != null) {
        readings.add(new SenmlRecord(each.code(), each.unit(), value, time));
      }
    }
  }

  /** How many messages there are in all. */
  public int messages() {
    return batches.size();
  }

  @Override
  public long nanosUntilNext() {
    if (next == batches.size()) {
      return NEVER;
    }
    // Division by an infinite speed makes everything due at once.
    long due = (long) (batches.get(next).lastMinute() * NANOS_A_MINUTE / speed);
    return began + due - System.nanoTime();
  }

  @Override
  public OutgoingMessage next() {
    return batches.get(next++).message();
  }
}
