package io.pulsewarden.registry.est;

import io.pulsewarden.registry.device.ClaimEntity;
import io.pulsewarden.registry.device.ClaimRule;
import io.pulsewarden.registry.device.DeviceEntity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Looks at claims, and uses them up. */
@ApplicationScoped
class ClaimCheckStore {

  private final Mutiny.SessionFactory sessions;
  private final Clock clock;

  ClaimCheckStore(Mutiny.SessionFactory sessions, Clock clock) {
    this.sessions = sessions;
    this.clock = clock;
  }

  /** A look that changes and locks nothing. */
  Uni<ClaimVerdict> look(Credentials credentials) {
    return sessions.withSession(session -> judge(session, credentials, LockModeType.NONE));
  }

  /** A look that holds the device's row until the transaction ends: one enrolment at a time. */
  Uni<ClaimVerdict> lock(Mutiny.Session session, Credentials credentials) {
    return judge(session, credentials, LockModeType.PESSIMISTIC_WRITE);
  }

  /**
   * Uses the claim up. The condition holds once, however many try.
   *
   * @return whether it was this call that did
   */
  Uni<Boolean> use(Mutiny.Session session, Credentials credentials) {
    Instant now = clock.instant();
    return session
        .createMutationQuery(
            "update ClaimEntity c set c.usedAt = :now where c.secretHash = :hash"
                + " and c.deviceId = :device and c.usedAt is null and c.voidedAt is null"
                + " and c.expiresAt > :now")
        .setParameter("now", now)
        .setParameter("hash", credentials.claimHash())
        .setParameter("device", credentials.deviceId())
        .executeUpdate()
        .map(rows -> rows == 1);
  }

  private Uni<ClaimVerdict> judge(
      Mutiny.Session session, Credentials credentials, LockModeType lock) {
    return session
        .createSelectionQuery("from DeviceEntity d where d.id = :id", DeviceEntity.class)
        .setParameter("id", credentials.deviceId())
        .setLockMode(lock)
        .getSingleResultOrNull()
        .chain(device -> claim(session, credentials).map(claim -> verdict(device, claim)));
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

  private ClaimVerdict verdict(@Nullable DeviceEntity device, @Nullable ClaimEntity claim) {
    if (device == null || claim == null) {
      return new ClaimVerdict.Unproven(new Refusal.ByClaim(ClaimRule.UNKNOWN), device);
    }
    return claim
        .brokenRule(clock.instant())
        .<ClaimVerdict>map(rule -> new ClaimVerdict.Unproven(new Refusal.ByClaim(rule), device))
        .orElseGet(
            () ->
                device.lifecycle().mayEnrol()
                    ? new ClaimVerdict.Proven(device)
                    : new ClaimVerdict.Unproven(new Refusal.ByState(device.lifecycle()), device));
  }
}
