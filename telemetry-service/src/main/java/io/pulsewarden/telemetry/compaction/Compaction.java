package io.pulsewarden.telemetry.compaction;

import io.pulsewarden.outage.Outage;
import io.pulsewarden.telemetry.compaction.Pieces.Piece;
import io.pulsewarden.telemetry.keys.KeysUnavailableException;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.CompactionStore;
import io.pulsewarden.telemetry.store.CompactionStore.Found;
import io.pulsewarden.telemetry.store.CompactionStore.Group;
import io.pulsewarden.telemetry.store.CompactionStore.Patient;
import io.pulsewarden.telemetry.store.CompactionStore.Size;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Goes through all patients and compacts what is old enough. Blocking: it is called on one virtual
 * thread. Any number of instances may do it at once.
 */
public final class Compaction {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int GROUPS = 500;
  private static final int PASSED_OVER = 100_000;

  /** After so many patients in a row whose keys could not be had, keys are away. */
  private static final int KEYLESS = 10;

  private final CompactionStore store;
  private final Compactor compactor;
  private final Clock clock;
  private final Duration after;
  private final int atLeast;
  private final Limits limits;
  private final PassedOver passedOver = new PassedOver(PASSED_OVER);

  /**
   * What becomes one row at most; what has more becomes several.
   *
   * @param blocks of them
   * @param bytes of their envelopes together, which an instance has in memory some ten times over
   */
  record Limits(int blocks, long bytes) {
    /** An hour of a message a second; packs of some kilobytes. */
    static final Limits USUAL = new Limits(4_096, 8L << 20);
  }

  /**
   * What came of a round, or of a patient.
   *
   * @param made rows
   * @param failed hours that were passed over, since they could not be compacted
   * @param error class of what was thrown, the last time; empty if nothing was
   */
  public record Round(int made, int failed, String error) {
    static final Round NOTHING = new Round(0, 0, "");

    /** Whether it ended because keys could not be had. */
    boolean keyless() {
      return error.equals(KeysUnavailableException.class.getName());
    }

    Round and(Round other) {
      return new Round(
          made + other.made, failed + other.failed, other.error.isEmpty() ? error : other.error);
    }
  }

  /**
   * @param after how old readings and their commits have to be
   * @param atLeast blocks that are worth it
   */
  public Compaction(
      CompactionStore store, Sealing sealing, Clock clock, Duration after, int atLeast) {
    this(store, new Compactor(sealing, store), clock, after, atLeast, Limits.USUAL);
  }

  Compaction(
      CompactionStore store,
      Compactor compactor,
      Clock clock,
      Duration after,
      int atLeast,
      Limits limits) {
    this.store = store;
    this.compactor = compactor;
    this.clock = clock;
    this.after = after;
    this.atLeast = atLeast;
    this.limits = limits;
  }

  /**
   * One round. An hour that can't be compacted is passed over, and those behind it have their turn.
   *
   * @param goOn asked before each row
   * @throws RuntimeException if the database or keys can't be had now; what was done is done
   */
  public Round round(BooleanSupplier goOn) {
    Round round = Round.NOTHING;
    Optional<Patient> patient = next(Patient.FIRST);
    int keyless = 0;
    while (patient.isPresent() && goOn.getAsBoolean()) {
      Round one = of(patient.get(), goOn);
      round = round.and(one);
      keyless = one.keyless() ? keyless + 1 : 0;
      if (keyless == KEYLESS) {
        throw new KeysUnavailableException("keys of ten patients in a row can't be had", null);
      }
      patient = next(patient.get());
    }
    return round;
  }

  /**
   * The same for one patient, up to the first hour whose keys can't be had: they are the patient's.
   */
  public Round of(Patient patient, BooleanSupplier goOn) {
    // Whole hours, so that an hour is compacted when it is over, and not bit by bit.
    Instant before = clock.instant().minus(after).truncatedTo(ChronoUnit.HOURS);
    Round round = Round.NOTHING;
    Set<Group> seen = new HashSet<>();
    long from = Long.MIN_VALUE;
    List<Found> found;
    do {
      found = store.groups(patient, before, from, atLeast, GROUPS).await().atMost(PATIENCE);
      boolean news = false;
      for (Found each : found) {
        if (seen.add(each.group())) {
          news = true;
          if (goOn.getAsBoolean() && !round.keyless() && !passedOver.holds(each)) {
            round = round.and(tried(each, goOn));
          }
        }
      }
      if (!found.isEmpty()) {
        // An hour may have more groups than were asked for; those that were seen come again.
        long last = found.getLast().group().hour();
        from = news ? last : last + 1;
      }
    } while (found.size() == GROUPS && goOn.getAsBoolean() && !round.keyless());
    return round;
  }

  private Round tried(Found found, BooleanSupplier goOn) {
    try {
      int made = compact(found.group(), goOn);
      if (made == 0 && goOn.getAsBoolean()) {
        passedOver.add(found);
      }
      return new Round(made, 0, "");
    } catch (RuntimeException failed) {
      // Of a database that is away the next hour would say the same.
      if (Outage.isCauseOf(failed) && !(failed instanceof KeysUnavailableException)) {
        throw failed;
      }
      return new Round(0, 1, failed.getClass().getName());
    }
  }

  /** All of a group, from its first block to its last, whatever becomes of each piece. */
  private int compact(Group group, BooleanSupplier goOn) {
    int made = 0;
    long done = -1;
    List<Size> sizes;
    do {
      sizes = store.sizes(group, done, limits.blocks()).await().atMost(PATIENCE);
      for (Piece piece : Pieces.of(done, sizes, limits.blocks(), limits.bytes())) {
        // Few are left as they are; so are those that are too large for many to be together.
        if (piece.blocks() >= atLeast && goOn.getAsBoolean() && compact(group, piece)) {
          made++;
        }
        done = piece.last();
      }
    } while (sizes.size() == limits.blocks() && goOn.getAsBoolean());
    return made;
  }

  private boolean compact(Group group, Piece piece) {
    return store
        .blocks(group, piece.after(), piece.last())
        .chain(
            plain ->
                plain.size() < atLeast ? Uni.createFrom().item(false) : compactor.compact(plain))
        .await()
        .atMost(PATIENCE);
  }

  private Optional<Patient> next(Patient patient) {
    return store.next(patient).await().atMost(PATIENCE);
  }
}
