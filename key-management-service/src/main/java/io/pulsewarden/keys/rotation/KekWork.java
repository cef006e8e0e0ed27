package io.pulsewarden.keys.rotation;

import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekUnavailableException;
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

  private final Troubles rotating = new Troubles("keys are not wrapped anew now");
  private final Troubles trimming = new Troubles("a KEK is not trimmed now");
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
      attempt(rotating, rotation.target().name(), () -> rewrap(rotation));
    }
    for (Trim trim : jobs.verified()) {
      attempt(trimming, trim.oldestKept().name(), () -> trim(trim));
    }
  }

  /**
   * What fails for days, as a trim without the login for it, is said once and tried each minute.
   */
  private void attempt(Troubles troubles, KekName kek, Runnable work) {
    if (troubles.tooEarly(kek, clock.instant())) {
      return;
    }
    try {
      work.run();
      troubles.over(kek);
    } catch (StuckKeysException stuck) {
      if (troubles.isNew(kek, "stuck " + stuck.keys(), clock.instant())) {
        LOG.errorf(
            "wrapped keys do not open and keep a rotation from ending kek=%s keys=%d",
            kek, stuck.keys());
      }
    } catch (RuntimeException failed) {
      if (troubles.isNew(kek, reason(failed), clock.instant())) {
        LOG.warnf(failed, "%s kek=%s", troubles.what(), kek);
      }
    }
  }

  private static String reason(RuntimeException failed) {
    return failed.getCause() instanceof KekUnavailableException unavailable
        ? unavailable.reason().code()
        : failed.getClass().getName();
  }

  private void rewrap(Rotation rotation) {
    Rewrapping.Pass pass = rewrapping.pass(rotation.id(), rotation.target());
    jobs.finish(rotation, now());
    if (pass.stuck() > 0) {
      throw new StuckKeysException(pass.stuck());
    }
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
