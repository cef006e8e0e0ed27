package io.pulsewarden.simulator.fleet;

import io.pulsewarden.simulator.mqtt.OutgoingMessage;
import io.pulsewarden.simulator.mqtt.ReasonCodes;
import io.pulsewarden.simulator.mqtt.SessionObserver;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Counts what becomes of a fleet's messages. Thread-safe; {@link #take} is for one thread. */
public final class Counters implements SessionObserver {

  private static final long HIGHEST_MICROS = 3_600_000_000L;
  private static final int DIGITS = 3;

  private final LongAdder sent = new LongAdder();
  private final LongAdder acknowledged = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder reconnects = new LongAdder();
  private final AtomicInteger connected = new AtomicInteger();
  private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();
  private final Recorder roundTrips = new Recorder(HIGHEST_MICROS, DIGITS);
  private final Histogram all = new Histogram(HIGHEST_MICROS, DIGITS);

  /**
   * The counts at one moment, since the start.
   *
   * @param refusals by what was refused and why
   * @param lately round trips since the snapshot before, in microseconds
   * @param overall round trips since the start; shared, read it before the next snapshot
   */
  public record Snapshot(
      long sent,
      long acknowledged,
      long reconnects,
      int connected,
      Map<String, Long> refusals,
      Histogram lately,
      Histogram overall) {}

  /** Reads all counts. */
  public Snapshot take() {
    Histogram lately = roundTrips.getIntervalHistogram();
    all.add(lately);
    Map<String, Long> refused = new TreeMap<>();
    refusals.forEach((reason, count) -> refused.put(reason, count.sum()));
    return new Snapshot(
        sent.sum(), acknowledged.sum(), reconnects.sum(), connected.get(), refused, lately, all);
  }

  /**
   * Forgets sent and acknowledged messages and round trips: what was before does not count as
   * measured. {@link #answered} goes on.
   */
  public void startMeasuring() {
    sent.reset();
    acknowledged.reset();
    roundTrips.reset();
    all.reset();
  }

  /** How many messages had their PUBACK, refusals included. */
  public long answered() {
    return answered.sum();
  }

  @Override
  public void connected(UUID device, boolean again) {
    connected.incrementAndGet();
    if (again) {
      reconnects.increment();
    }
  }

  @Override
  public void connectFailed(UUID device, int reasonCode, String cause) {
    refused("connect " + (reasonCode == 0 ? cause : ReasonCodes.describe(reasonCode)));
  }

  @Override
  public void lost(UUID device, int reasonCode) {
    connected.decrementAndGet();
    if (reasonCode != 0) {
      refused("disconnect " + ReasonCodes.describe(reasonCode));
    }
  }

  @Override
  public void sent(UUID device, OutgoingMessage message) {
    sent.increment();
  }

  @Override
  public void answered(
      UUID device, OutgoingMessage message, int packetId, int reasonCode, long nanos) {
    answered.increment();
    roundTrips.recordValue(Math.min(HIGHEST_MICROS, Math.max(0, nanos / 1000)));
    if (ReasonCodes.isRefusal(reasonCode)) {
      refused("publish " + ReasonCodes.describe(reasonCode));
    } else {
      acknowledged.increment();
    }
  }

  private void refused(String what) {
    refusals.computeIfAbsent(what, reason -> new LongAdder()).increment();
  }
}
