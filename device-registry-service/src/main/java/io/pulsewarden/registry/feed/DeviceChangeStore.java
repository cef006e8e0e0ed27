package io.pulsewarden.registry.feed;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.registry.access.WallStore;
import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.device.IfMatch;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.util.UUID;
import java.util.function.BiFunction;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * How a device is changed: its row locked, the change made, its version raised, its state and the
 * audit event put into the outbox, all in one transaction. A crash before the commit leaves nothing
 * of it, a crash after it leaves all of it, and the relay sends the rows at the next start.
 */
@ApplicationScoped
public class DeviceChangeStore {

  private final WallStore wall;
  private final FeedStore feed;
  private final Clock clock;

  DeviceChangeStore(WallStore wall, FeedStore feed, Clock clock) {
    this.wall = wall;
    this.feed = feed;
    this.clock = clock;
  }

  /**
   * What a change gives back.
   *
   * @param result for the answer
   * @param event what is audited
   */
  public record Change<T>(T result, AuditEvent event) {}

  /** Changes a device of the organisation, or fails with 'not found'. */
  public <T> Uni<T> change(
      UUID organisation,
      UUID device,
      BiFunction<Mutiny.Session, DeviceEntity, Uni<Change<T>>> change) {
    return change(organisation, device, IfMatch.optional(null), change);
  }

  /**
   * Changes a device of the organisation if its version is the one that was looked at. It is
   * compared while the row is locked, so that of two changes of one version exactly one is made.
   */
  public <T> Uni<T> change(
      UUID organisation,
      UUID device,
      IfMatch match,
      BiFunction<Mutiny.Session, DeviceEntity, Uni<Change<T>>> change) {
    return wall.within(
        organisation,
        session ->
            lock(session, organisation, device)
                .invoke(found -> match.check(found.version()))
                .chain(
                    found ->
                        change.apply(session, found).chain(made -> publish(session, found, made))));
  }

  /** Of a device that the caller's transaction has locked and changed. */
  public <T> Uni<T> publish(Mutiny.Session session, DeviceEntity device, Change<T> made) {
    device.changed(clock.instant());
    return feed.publish(session, device, made.event()).replaceWith(made.result());
  }

  /** Holds the device's row until the transaction ends. */
  public static Uni<DeviceEntity> lock(Mutiny.Session session, UUID organisation, UUID device) {
    return session
        .createSelectionQuery(
            "from DeviceEntity d where d.id = :id and d.organisationId = :organisation",
            DeviceEntity.class)
        .setParameter("id", device)
        .setParameter("organisation", organisation)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getSingleResultOrNull()
        .onItem()
        .ifNull()
        .failWith(() -> new ProblemException(ProblemType.NOT_FOUND.plain()));
  }
}
