package io.pulsewarden.benchmarks.enrol;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.enrol.EnrolBed.Claimed;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Withdraws from gateways, one after the other, what they may speak for, while they go on
 * publishing for it. The clock starts with PostgreSQL's commit of the withdrawal and stops when the
 * first message leaves the gateway that is refused (0x87): every message after it is.
 */
final class Withdrawals {

  private static final long TIMEOUT_SECONDS = 60;
  private static final long LOOK_MILLIS = 20;

  private final Bench bench;
  private final EnrolBed bed;

  Withdrawals(Bench bench, EnrolBed bed) {
    this.bench = bench;
    this.bed = bed;
  }

  /** Microseconds of so many withdrawals. */
  Histogram run(int count, List<UUID> devices) throws Exception {
    bench.say("enrolling " + count + " gateways");
    List<Claimed> claimed = EnrolBed.inParallel(count, _ -> bed.claimed("gateway"));
    Enrolments enrolments = new Enrolments(bed, claimed);
    enrolments.run(0, count);
    bench.say("withdrawing from each the one device that it speaks for");
    Histogram micros = new Histogram(3);
    List<String> raw = new ArrayList<>();
    try (CommitTimes commits = new CommitTimes(bench.platform())) {
      for (DeviceIdentity gateway : enrolments.identities(0, count)) {
        long one = withdraw(gateway, devices.get(raw.size()), commits);
        micros.recordValue(one);
        raw.add(Long.toString(one));
      }
    }
    bench.raw("withdrawal-micros-sincecommit", raw);
    return micros;
  }

  private long withdraw(DeviceIdentity gateway, UUID device, CommitTimes commits) throws Exception {
    bed.authorise(gateway.device(), device);
    try (GatewaySession session =
        new GatewaySession(
            bed.trust().context(gateway.keyManagers()),
            bed.endpoints().mqtt(),
            gateway.device(),
            device)) {
      awaitActive(gateway.device(), commits);
      // Has the keys fetched that the first message of a device waits for.
      session.speak(Clock.systemUTC().instant().plusSeconds(TIMEOUT_SECONDS));
      CompletableFuture<Instant> refused = new CompletableFuture<>();
      Thread speaking =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      refused.complete(session.speakUntilRefused());
                    } catch (Exception failed) {
                      refused.completeExceptionally(failed);
                    }
                  });
      bed.withdraw(gateway.device(), device);
      Instant first = refused.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      speaking.join();
      // One that left before the commit and was refused after it was on its way meanwhile.
      return Math.max(0, Revocations.micros(commits.ofChange(gateway.device()), first));
    }
  }

  private static void awaitActive(UUID gateway, CommitTimes commits) throws Exception {
    while (!commits.isActive(gateway)) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }
}
