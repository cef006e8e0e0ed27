package io.pulsewarden.telemetry.compaction;

import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.CompactionStore;
import io.pulsewarden.telemetry.store.CompactionStore.Group;
import io.pulsewarden.telemetry.store.CompactionStore.Patient;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Goes through all patients and compacts what is old enough. Blocking: it is called on a virtual
 * thread. Any number of instances may do it at once.
 */
public final class Compaction {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int GROUPS = 100;

  /** An hour of a message a second; what has more becomes several rows. */
  private static final int MEMBERS = 4_096;

  private final CompactionStore store;
  private final Compactor compactor;
  private final Clock clock;
  private final Duration after;
  private final int atLeast;

  /**
   * @param after how old readings and their commits have to be
   * @param atLeast blocks that are worth it
   */
  public Compaction(
      CompactionStore store, Sealing sealing, Clock clock, Duration after, int atLeast) {
    this.store = store;
    this.compactor = new Compactor(sealing, store);
    this.clock = clock;
    this.after = after;
    this.atLeast = atLeast;
  }

  /**
   * One round.
   *
   * @param goOn asked before each row
   * @return how many rows were made
   * @throws RuntimeException if the database or a key can't be had now; what was done is done
   */
  public int round(BooleanSupplier goOn) {
    int made = 0;
    Optional<Patient> patient = next(Patient.FIRST);
    while (patient.isPresent() && goOn.getAsBoolean()) {
      made += of(patient.get(), goOn);
      patient = next(patient.get());
    }
    return made;
  }

  /** The same for one patient. */
  public int of(Patient patient, BooleanSupplier goOn) {
    // Whole hours, so that an hour is compacted when it is over, and not bit by bit.
    Instant before = clock.instant().minus(after).truncatedTo(ChronoUnit.HOURS);
    int made = 0;
    List<Group> groups;
    int madeNow;
    do {
      groups = store.groups(patient, before, atLeast, GROUPS).await().atMost(PATIENCE);
      madeNow = 0;
      for (Group group : groups) {
        if (goOn.getAsBoolean() && compact(group)) {
          madeNow++;
        }
      }
      made += madeNow;
      // More of them, or of one of them; not if none could be: they are somebody else's, or erased.
    } while (madeNow > 0);
    return made;
  }

  private boolean compact(Group group) {
    return store
        .blocks(group, MEMBERS)
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
