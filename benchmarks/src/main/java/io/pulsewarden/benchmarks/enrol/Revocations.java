package io.pulsewarden.benchmarks.enrol;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Revokes devices that hold live sessions, one after the other, while the other sessions stay. Two
 * clocks: from PostgreSQL's commit of the revocation, which is the promise, and from the request
 * that asks for it, which is what a person waits for. Both end when the device reads the end of its
 * socket.
 */
final class Revocations {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final Bench bench;
  private final EnrolBed bed;

  /** Microseconds of each revocation. */
  record Measured(Histogram fromCommit, Histogram fromRequest) {}

  Revocations(Bench bench, EnrolBed bed) {
    this.bench = bench;
    this.bed = bed;
  }

  /** Connects all, revokes the first so many. */
  Measured run(List<DeviceIdentity> devices, int revoked) throws Exception {
    bench.say("connecting " + devices.size() + " devices");
    List<LiveSession> sessions = connect(devices);
    try (CommitTimes commits = new CommitTimes(bench.platform())) {
      bench.say("revoking " + revoked + " of them, one after the other");
      Measured measured = revoke(sessions.subList(0, revoked), commits);
      long cut = sessions.stream().filter(LiveSession::isClosed).count();
      if (cut != revoked) {
        throw new IllegalStateException(cut + " sessions ended, of others than were revoked");
      }
      return measured;
    } finally {
      sessions.forEach(LiveSession::close);
    }
  }

  private List<LiveSession> connect(List<DeviceIdentity> devices) throws Exception {
    return EnrolBed.inParallel(
        devices.size(),
        number -> {
          DeviceIdentity device = devices.get(number);
          return new LiveSession(
              bed.trust().context(device.keyManagers()), bed.endpoints().mqtt(), device.device());
        });
  }

  private Measured revoke(List<LiveSession> sessions, CommitTimes commits) throws Exception {
    Measured measured = new Measured(new Histogram(3), new Histogram(3));
    List<String> raw = new ArrayList<>();
    for (LiveSession session : sessions) {
      Instant asked = Clock.systemUTC().instant();
      bed.revoke(session.device());
      Instant answered = Clock.systemUTC().instant();
      Instant closed = session.awaitClosed(TIMEOUT);
      long fromCommit = micros(commits.ofRevocation(session.device()), closed);
      measured.fromCommit().recordValue(fromCommit);
      measured.fromRequest().recordValue(micros(asked, closed));
      raw.add("%d,%d,%d".formatted(micros(asked, answered), micros(asked, closed), fromCommit));
    }
    bench.raw("revoke-micros-answered-closed-sincecommit", raw);
    return measured;
  }

  /** A histogram refuses what is below zero: then the two clocks would not be one. */
  static long micros(Instant from, Instant until) {
    return TimeUnit.NANOSECONDS.toMicros(Duration.between(from, until).toNanos());
  }
}
