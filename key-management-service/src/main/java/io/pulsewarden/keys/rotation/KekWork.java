package io.pulsewarden.keys.rotation;

import io.pulsewarden.keys.kek.KekProvider;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jboss.logging.Logger;

/**
 * What is left to do of rotations and trims that were asked for, by whichever instance; what is
 * durable says where to go on. Blocks. Thread-safe.
 */
final class KekWork {

  private static final Logger LOG = Logger.getLogger(KekWork.class);

  private final Rewrapping rewrapping;
  private final KekJobs jobs;
  private final KekProvider keks;
  private final Clock clock;

  KekWork(Rewrapping rewrapping, KekJobs jobs, KekProvider keks, Clock clock) {
    this.rewrapping = rewrapping;
    this.jobs = jobs;
    this.keks = keks;
    this.clock = clock;
  }

  /** One round. One KEK that fails does not keep the others waiting. */
  void round() {
    for (Rotation rotation : jobs.unfinished()) {
      try {
        rewrap(rotation);
      } catch (RuntimeException failed) {
        LOG.warnf(failed, "keys are not wrapped anew now kek=%s", rotation.target().name());
      }
    }
    for (Trim trim : jobs.verified()) {
      try {
        trim(trim);
      } catch (RuntimeException failed) {
        LOG.warnf(failed, "a KEK is not trimmed now kek=%s", trim.oldestKept().name());
      }
    }
  }

  private void rewrap(Rotation rotation) {
    Rewrapping.Pass pass = rewrapping.pass(rotation.id(), rotation.target());
    if (pass.stuck() > 0) {
      LOG.errorf(
          "wrapped keys do not open and keep a rotation from ending kek=%s keys=%d",
          rotation.target().name(), pass.stuck());
    }
    jobs.finish(rotation, now());
  }

  private void trim(Trim trim) {
    keks.trim(trim.oldestKept().name(), trim.oldestKept().version()).toCompletableFuture().join();
    // A crash here leaves the versions gone and the trim verified: it is done again, to no effect.
    jobs.markTrimmed(trim, now());
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
