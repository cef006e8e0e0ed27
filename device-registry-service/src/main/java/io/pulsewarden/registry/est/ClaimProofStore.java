package io.pulsewarden.registry.est;

import io.pulsewarden.registry.access.SystemWorkStore;
import io.pulsewarden.registry.device.ClaimEntity;
import io.pulsewarden.registry.device.ClaimRule;
import io.pulsewarden.registry.device.DeviceEntity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Looks at claims, uses them up, and counts the wrong ones. */
@ApplicationScoped
class ClaimProofStore {

  /** Wrong claims shown for a device before the right one is locked. */
  static final int MAX_WRONG_TRIES = 10;

  private final SystemWorkStore work;
  private final Clock clock;

  ClaimProofStore(SystemWorkStore work, Clock clock) {
    this.work = work;
    this.clock = clock;
  }

  Uni<ProofVerdict> judge(Mutiny.Session session, Credentials credentials, LockModeType lock) {
    return session
        .createSelectionQuery("from DeviceEntity d where d.id = :id", DeviceEntity.class)
        .setParameter("id", credentials.deviceId())
        .setLockMode(lock)
        .getSingleResultOrNull()
        .chain(device -> claim(session, credentials).map(claim -> verdict(device, claim)));
  }

  /** Uses the claim up. The condition holds once, however many try. */
  Uni<Optional<Refusal>> use(Mutiny.Session session, Credentials credentials) {
    Instant now = clock.instant();
    return session
        .createMutationQuery(
            "update ClaimEntity c set c.usedAt = :now where c.secretHash = :hash"
                + " and c.deviceId = :device and c.usedAt is null and c.voidedAt is null"
                + " and c.lockedAt is null and c.expiresAt > :now")
        .setParameter("now", now)
        .setParameter("hash", credentials.claimHash())
        .setParameter("device", credentials.deviceId())
        .executeUpdate()
        .map(
            rows ->
                rows == 1 ? Optional.empty() : Optional.of(new Refusal.ByClaim(ClaimRule.USED)));
  }

  /**
   * Counts a wrong claim against the one that the device could use, in a transaction of its own;
   * the tenth locks it. Two at once wait for each other on the row, so that none is lost.
   *
   * @return how many there were; 0 if there is no claim that could be guessed
   */
  Uni<Integer> countWrong(UUID device) {
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
                .map(tries -> tries == null ? 0 : tries));
  }

  /** The item is null if there is none. */
  private static Uni<ClaimEntity> claim(Mutiny.Session session, Credentials credentials) {
    return session
        .createSelectionQuery(
            "from ClaimEntity c where c.secretHash = :hash and c.deviceId = :device",
            ClaimEntity.class)
        .setParameter("hash", credentials.claimHash())
        .setParameter("device", credentials.deviceId())
        .getSingleResultOrNull();
  }

  private ProofVerdict verdict(@Nullable DeviceEntity device, @Nullable ClaimEntity claim) {
    if (device == null || claim == null) {
      return new ProofVerdict.Unproven(new Refusal.ByClaim(ClaimRule.UNKNOWN), device);
    }
    return claim
        .brokenRule(clock.instant())
        .<ProofVerdict>map(rule -> new ProofVerdict.Unproven(new Refusal.ByClaim(rule), device))
        .orElseGet(() -> ProofVerdict.Proven.first(device));
  }
}
