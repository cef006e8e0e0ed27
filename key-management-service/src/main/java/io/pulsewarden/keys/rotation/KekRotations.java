package io.pulsewarden.keys.rotation;

import io.pulsewarden.keys.access.Caller;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekVersion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** What key custodians ask for, for all KEKs of their organisation. Blocks. Thread-safe. */
final class KekRotations {

  private final WrappedRows rows;
  private final KekJobs jobs;
  private final KekProvider keks;
  private final CopyVerification verification;
  private final Supplier<RestoredCopy> copies;
  private final Duration settle;
  private final Clock clock;

  /**
   * @param copies opens the restored copy, or refuses by {@link Gate#NO_RESTORED_COPY}
   * @param settle how long after a rotation nobody can still be working with what was before it
   */
  KekRotations(
      WrappedRows rows,
      KekJobs jobs,
      KekProvider keks,
      Supplier<RestoredCopy> copies,
      Duration settle,
      Clock clock) {
    this.rows = rows;
    this.jobs = jobs;
    this.keks = keks;
    this.verification = new CopyVerification(keks);
    this.copies = copies;
    this.settle = settle;
    this.clock = clock;
  }

  List<Rotation> rotations(Caller caller) {
    return jobs.rotations(caller.organisation());
  }

  List<Trim> trims(Caller caller) {
    return jobs.trims(caller.organisation());
  }

  /** A new version of each KEK that is not being rotated already; rows follow in the background. */
  List<Rotation> rotate(Caller caller) {
    List<KekName> running =
        jobs.rotations(caller.organisation()).stream()
            .filter(rotation -> rotation.finishedAt() == null)
            .map(rotation -> rotation.target().name())
            .toList();
    for (KekName kek : rows.keksOf(caller.organisation())) {
      if (!running.contains(kek)) {
        // Said before: a version that a crash leaves without its row is in the log all the same.
        jobs.recordBegun(kek, caller);
        KekVersion target = keks.rotate(kek).toCompletableFuture().join();
        // A crash here leaves a version that new keys use and no row is moved to; asked again, it
        // is one version more.
        jobs.addRotation(target, caller, now());
      }
    }
    return rotations(caller);
  }

  /** Proves that all older versions can go. */
  List<Trim> prove(Caller caller) {
    return gated(
        caller,
        () -> {
          List<Rotation> newest = newestOfEachKek(caller.organisation());
          List<KekVersion> provable = new ArrayList<>();
          for (Rotation rotation : newest) {
            Instant finished = rotation.finishedAt();
            if (finished == null) {
              throw new GateException(Gate.ROTATION_RUNNING);
            }
            if (finished.plus(settle).isAfter(now())) {
              throw new GateException(Gate.SETTLING);
            }
            if (rotation.target().version() > 1) {
              provable.add(rotation.target());
            }
          }
          if (provable.isEmpty()) {
            throw new GateException(Gate.NOTHING_TO_TRIM);
          }
          for (KekVersion kek : provable) {
            prove(kek, caller);
          }
          return trims(caller);
        });
  }

  private void prove(KekVersion kek, Caller caller) {
    try {
      jobs.prove(kek, caller, now());
    } catch (GateException refused) {
      if (refused.gate() == Gate.ROWS_LEFT) {
        // A crash before this: it is found again when it is asked for again.
        jobs.reopen(kek);
      }
      throw refused;
    }
  }

  /** Opens every key of the restored copy; the trims that were proven are then carried out. */
  List<Trim> verify(Caller caller) {
    return gated(
        caller,
        () -> {
          List<Trim> proven =
              trims(caller).stream().filter(trim -> trim.state() == Trim.State.PROVEN).toList();
          if (proven.isEmpty()) {
            throw new GateException(Gate.NOT_PROVEN);
          }
          try (RestoredCopy copy = copies.get()) {
            for (Trim trim : proven) {
              verification.verify(
                  copy,
                  trim,
                  jobs.identity(),
                  jobs.living(trim.oldestKept().name(), trim.provenAt(), settle));
            }
          }
          // A crash here leaves them proven: the copy is to be verified again.
          proven.forEach(trim -> jobs.markVerified(trim, caller, now()));
          return trims(caller);
        });
  }

  private List<Rotation> newestOfEachKek(UUID organisation) {
    Map<KekName, Rotation> newest = new HashMap<>();
    for (Rotation rotation : jobs.rotations(organisation)) {
      newest.merge(
          rotation.target().name(),
          rotation,
          (one, other) -> one.target().version() >= other.target().version() ? one : other);
    }
    return List.copyOf(newest.values());
  }

  private <T> T gated(Caller caller, Supplier<T> work) {
    try {
      return work.get();
    } catch (GateException refused) {
      jobs.recordRefusal(refused.gate(), caller);
      throw refused;
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
