package io.pulsewarden.keys.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.pulsewarden.keys.LogCapture;
import io.pulsewarden.keys.access.Caller;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider.Versions;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.KeksInMemory;
import io.pulsewarden.keys.kek.Wrapped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each gate of a trim refuses by its name and leaves every version; only after all, one goes. */
class KekRotationsTest {

  private static final Duration SETTLE = Duration.ofHours(1);

  private final KekName kek = new KekName(UUID.randomUUID(), 9);
  private final Caller custodian =
      new Caller("custodian", kek.organisation(), Set.of(Caller.KEY_CUSTODIAN));
  private final KeksInMemory keks = new KeksInMemory();
  private final RowsInMemory rows = RowsInMemory.of(keks, kek, 20);
  private final JobsInMemory jobs = new JobsInMemory(rows);
  private final StillClock clock = new StillClock();
  private @Nullable RowsInMemory copy;
  private final KekRotations rotations =
      new KekRotations(
          rows,
          jobs,
          keks,
          () -> {
            if (copy == null) {
              throw new GateException(Gate.NO_RESTORED_COPY);
            }
            return copy;
          },
          SETTLE,
          clock);
  private final KekWork work = new KekWork(new Rewrapping(rows, keks, 7), jobs, keks, clock);

  @Test
  void shouldTrimAfterEveryGate() {
    refusesToProve(Gate.NOTHING_TO_TRIM);
    refusesToVerify(Gate.NOT_PROVEN);

    assertThat(rotations.rotate(custodian)).hasSize(1);
    assertThat(rotations.rotate(custodian)).as("asked twice").hasSize(1);
    refusesToProve(Gate.ROTATION_RUNNING);
    work.round();
    refusesToProve(Gate.SETTLING);
    clock.now = clock.now.plus(SETTLE);

    UUID straggler = rows.rows.keySet().iterator().next();
    Wrapped new2 = Objects.requireNonNull(rows.rows.get(straggler)).wrapped();
    rows.change(straggler, _ -> new Wrapped(new KekVersion(kek, 1), new2.bytes()));
    refusesToProve(Gate.ROWS_LEFT);
    rows.change(straggler, _ -> new2);
    refusesToProve(Gate.ROTATION_RUNNING);
    work.round();
    refusesToProve(Gate.SETTLING);
    clock.now = clock.now.plus(SETTLE);

    Trim proven = rotations.prove(custodian).getFirst();
    assertThat(proven.state()).isEqualTo(Trim.State.PROVEN);

    refusesToVerify(Gate.NO_RESTORED_COPY);
    copy = rows;
    refusesToVerify(Gate.COPY_IS_LIVE);
    copy = rows.copy("elsewhere", proven.id());
    copy.standby = true;
    refusesToVerify(Gate.COPY_IS_STANDBY);
    copy = rows.copy("elsewhere", UUID.randomUUID());
    refusesToVerify(Gate.BACKUP_TOO_OLD);
    copy = rows.copy("elsewhere", proven.id());
    copy.rows.remove(straggler);
    refusesToVerify(Gate.COPY_INCOMPLETE);
    copy = rows.copy("elsewhere", proven.id());
    copy.change(straggler, _ -> new Wrapped(new KekVersion(kek, 1), new2.bytes()));
    refusesToVerify(Gate.COPY_HAS_OLD_VERSIONS);
    copy = rows.copy("elsewhere", proven.id());
    copy.change(straggler, _ -> new Wrapped(new2.kek(), ByteString.copyFromUtf8("damaged")));
    refusesToVerify(Gate.COPY_DOES_NOT_OPEN);
    work.round();
    assertThat(versions()).isEqualTo(new Versions(1, 2));

    copy = rows.copy("elsewhere", proven.id());
    assertThat(rotations.verify(custodian).getFirst().state()).isEqualTo(Trim.State.VERIFIED);
    work.round();
    assertThat(rotations.trims(custodian).getFirst().state()).isEqualTo(Trim.State.TRIMMED);
    assertThat(versions()).isEqualTo(new Versions(2, 2));
    assertThat(jobs.refusals).hasSize(14);
  }

  /** The usual case of a small practice: the last key of a shard was the erased patient's. */
  @Test
  void shouldTrimAKekThatNoLivingKeyNeeds() {
    rows.rows.clear();
    rows.erasedAbove.add(kek);

    assertThat(rotations.rotate(custodian)).hasSize(1);
    work.round();
    clock.now = clock.now.plus(SETTLE);
    Trim proven = rotations.prove(custodian).getFirst();
    copy = rows.copy("elsewhere", proven.id());
    rotations.verify(custodian);
    work.round();

    assertThat(rotations.trims(custodian).getFirst().state()).isEqualTo(Trim.State.TRIMMED);
    assertThat(versions()).isEqualTo(new Versions(2, 2));
  }

  @Test
  void shouldGoOnAfterACrashAtEachMark() {
    rotations.rotate(custodian);
    work.round();
    clock.now = clock.now.plus(SETTLE);
    Trim proven = rotations.prove(custodian).getFirst();
    copy = rows.copy("elsewhere", proven.id());

    jobs.crashBeforeMarks = true;
    assertThatThrownBy(() -> rotations.verify(custodian)).hasMessage("crash");
    work.round();
    assertThat(versions()).as("verified was not durable").isEqualTo(new Versions(1, 2));

    jobs.crashBeforeMarks = false;
    rotations.verify(custodian);
    jobs.crashBeforeMarks = true;
    work.round();
    assertThat(versions()).as("gone, and not marked").isEqualTo(new Versions(2, 2));
    assertThat(jobs.verified()).hasSize(1);

    jobs.crashBeforeMarks = false;
    clock.now = clock.now.plus(Duration.ofMinutes(1));
    work.round();
    assertThat(jobs.verified()).isEmpty();
    assertThat(versions()).isEqualTo(new Versions(2, 2));
  }

  @Test
  void shouldRotateAgainAfterACrashBetweenTheVersionAndItsRow() {
    keks.rotate(kek).toCompletableFuture().join();
    rotations.rotate(custodian);
    work.round();
    assertThat(versions()).isEqualTo(new Versions(1, 3));
    assertThat(rows.olderThan(new KekVersion(kek, 3), new UUID(0, 0), 20)).isEmpty();
  }

  @Test
  void shouldSayThatItBeginsBeforeThereIsAVersion() {
    keks.away(true);
    assertThatThrownBy(() -> rotations.rotate(custodian)).isInstanceOf(RuntimeException.class);
    assertThat(jobs.begun).containsExactly(kek);
    assertThat(jobs.rotations).isEmpty();
  }

  @Test
  void shouldWrapAnewWhatCameAfterTheRotationHadEnded() {
    rotations.rotate(custodian);
    UUID late = rows.rows.keySet().iterator().next();
    Wrapped old = Objects.requireNonNull(rows.rows.get(late)).wrapped();
    work.round();
    rows.change(late, _ -> old);
    clock.now = clock.now.plus(SETTLE);

    refusesToProve(Gate.ROWS_LEFT);
    work.round();
    assertThat(Objects.requireNonNull(rows.rows.get(late)).wrapped().kek().version()).isEqualTo(2);
    refusesToProve(Gate.SETTLING);
    clock.now = clock.now.plus(SETTLE);
    assertThat(rotations.prove(custodian)).hasSize(1);
  }

  @Test
  void shouldWaitWhileTheProviderIsAwayAndGoOn() {
    rotations.rotate(custodian);
    keks.away(true);
    work.round();
    assertThat(jobs.unfinished()).hasSize(1);
    keks.away(false);
    clock.now = clock.now.plus(Duration.ofMinutes(1));
    work.round();
    assertThat(jobs.unfinished()).isEmpty();
  }

  /**
   * A trim without the login for it waits for days, by the book; nobody needs to read of it so
   * often.
   */
  @Test
  void shouldSayOnceWhatFailsForDaysAndComeAgainNowAndThen() {
    rotations.rotate(custodian);
    keks.away(true);
    try (LogCapture log = new LogCapture()) {
      int asked = keks.unwraps();
      for (int second = 0; second < 600; second++) {
        work.round();
        clock.now = clock.now.plusSeconds(1);
      }
      assertThat(keks.unwraps() - asked).isBetween(10, 20);
      // This KEK's alone: a service may run in this JVM, and have its own troubles.
      assertThat(log.text().split("keys are not wrapped anew now (kek=)?" + kek, -1)).hasSize(2);
    }
    keks.away(false);
    clock.now = clock.now.plus(Duration.ofMinutes(1));
    work.round();
    assertThat(jobs.unfinished()).isEmpty();
  }

  @Test
  void shouldDestroyNothingFurtherWhereAVersionWasTrimmedByMistake() {
    rotations.rotate(custodian);
    keks.trim(kek, 2).toCompletableFuture().join();
    work.round();

    assertThat(rotations.rotate(custodian)).as("not even another version").hasSize(1);
    assertThat(jobs.unfinished()).hasSize(1);
    assertThatThrownBy(() -> rotations.prove(custodian)).hasMessage(Gate.ROTATION_RUNNING.code());
    assertThatThrownBy(() -> rotations.verify(custodian)).hasMessage(Gate.NOT_PROVEN.code());
    assertThat(rows.rows).as("kept as they are").hasSize(20);
    assertThat(versions()).isEqualTo(new Versions(2, 2));
  }

  private Versions versions() {
    return keks.versions(kek).toCompletableFuture().join().orElseThrow();
  }

  private void refusesToProve(Gate gate) {
    assertThatThrownBy(() -> rotations.prove(custodian)).hasMessage(gate.code());
    assertThat(jobs.refusals).last().isEqualTo(gate);
    assertThat(versions().oldest()).isEqualTo(1);
  }

  private void refusesToVerify(Gate gate) {
    assertThatThrownBy(() -> rotations.verify(custodian)).hasMessage(gate.code());
    assertThat(jobs.refusals).last().isEqualTo(gate);
    work.round();
    assertThat(versions().oldest()).isEqualTo(1);
  }

  private static final class StillClock extends Clock {
    private Instant now = Instant.parse("2026-11-23T12:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
