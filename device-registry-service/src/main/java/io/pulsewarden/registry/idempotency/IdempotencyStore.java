package io.pulsewarden.registry.idempotency;

import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Creates once for a key of a caller: another caller's same key is another key, so that nobody gets
 * what somebody else made, unaudited. The key is taken in the transaction that creates: a crash
 * before its commit leaves neither, and of two at once the second waits for the first and finds
 * what it made.
 */
@ApplicationScoped
public class IdempotencyStore {

  /** For so long a key finds what was made under it. */
  public static final Duration REMEMBERED = Duration.ofDays(1);

  private final Clock clock;

  IdempotencyStore(Clock clock) {
    this.clock = clock;
  }

  /**
   * Creates, or finds what was created under the key before.
   *
   * @param id of what would be created
   * @param create called if the key is new, or there is none
   * @param find reads what an earlier request created
   */
  public <T> Uni<T> of(
      Mutiny.Session session,
      Caller caller,
      IdempotencyKey key,
      UUID id,
      Supplier<Uni<T>> create,
      Function<UUID, Uni<T>> find) {
    String name = key.key();
    if (name == null) {
      return create.get();
    }
    return forget(session, caller.organisationId())
        .chain(() -> take(session, caller, name, key.requestHash(), id))
        .chain(
            taken ->
                taken == 1
                    ? create.get()
                    : earlier(session, caller, name, key.requestHash())
                        .chain(created -> find.apply(created)));
  }

  private Uni<Integer> forget(Mutiny.Session session, UUID organisation) {
    return session
        .createNativeQuery(
            "DELETE FROM idempotency_key"
                + " WHERE organisation_id = :organisation AND created_at < :oldest")
        .setParameter("organisation", organisation)
        .setParameter("oldest", clock.instant().minus(REMEMBERED))
        .executeUpdate();
  }

  private Uni<Integer> take(
      Mutiny.Session session, Caller caller, String name, String hash, UUID id) {
    return session
        .createNativeQuery(
            "INSERT INTO idempotency_key"
                + " (organisation_id, caller, key, request_hash, created_id, created_at)"
                + " VALUES (:organisation, :caller, :key, :hash, :id, :now)"
                + " ON CONFLICT DO NOTHING")
        .setParameter("organisation", caller.organisationId())
        .setParameter("caller", caller.userId())
        .setParameter("key", name)
        .setParameter("hash", hash)
        .setParameter("id", id)
        .setParameter("now", clock.instant())
        .executeUpdate();
  }

  private static Uni<UUID> earlier(
      Mutiny.Session session, Caller caller, String name, String hash) {
    return session
        .createNativeQuery(
            "SELECT CAST(created_id AS text) FROM idempotency_key"
                + " WHERE organisation_id = :organisation AND caller = :caller"
                + " AND key = :key AND request_hash = :hash",
            String.class)
        .setParameter("organisation", caller.organisationId())
        .setParameter("caller", caller.userId())
        .setParameter("key", name)
        .setParameter("hash", hash)
        .getSingleResultOrNull()
        .onItem()
        .ifNull()
        .failWith(() -> new ProblemException(ProblemType.KEY_REUSED.plain()))
        .map(UUID::fromString);
  }
}
