package io.pulsewarden.registry.est;

import io.pulsewarden.registry.access.SystemWorkStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/** Counts wrong claims against the right one. */
@ApplicationScoped
class WrongClaimStore {

  /** Wrong claims shown for a device before the right one is locked. */
  static final int MAX_WRONG_TRIES = 10;

  private final SystemWorkStore work;
  private final Clock clock;

  WrongClaimStore(SystemWorkStore work, Clock clock) {
    this.work = work;
    this.clock = clock;
  }

  /**
   * Counts a wrong claim against the one that the device could use, in a transaction of its own;
   * the tenth locks it. Two at once wait for each other on the row, so that none is lost.
   *
   * <p>A crash before the commit leaves neither lock nor entry, and the tenth try is still to come.
   *
   * @param onLock writes the lock's entry, in the same transaction
   * @return how many there were; 0 if there is no claim that could be guessed
   */
  Uni<Integer> count(UUID device, Function<Mutiny.Session, Uni<Void>> onLock) {
    Instant now = clock.instant();
    return work.withTransaction(
        session ->
            session
                .createNativeQuery(
                    "UPDATE device_claim SET wrong_tries = wrong_tries + 1, locked_at ="
                        + " CASE WHEN wrong_tries + 1 >= :max THEN CAST(:now AS timestamptz) END"
                        + " WHERE device_id = :device AND used_at IS NULL AND voided_at IS NULL"
                        + " AND locked_at IS NULL AND expires_at > :now RETURNING wrong_tries",
                    Integer.class)
                .setParameter("max", MAX_WRONG_TRIES)
                .setParameter("now", now)
                .setParameter("device", device)
                .getSingleResultOrNull()
                .map(tries -> tries == null ? 0 : tries)
                .call(
                    tries ->
                        tries == MAX_WRONG_TRIES
                            ? onLock.apply(session)
                            : Uni.createFrom().voidItem()));
  }
}
