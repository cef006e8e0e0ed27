package io.pulsewarden.registry.configuration;

import io.pulsewarden.registry.access.WallStore;
import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.device.Lifecycle;
import io.pulsewarden.registry.device.ModelConfigurationEntity;
import io.pulsewarden.registry.feed.FeedStore;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Tells the devices of a model that its configuration changed: some devices a transaction, in the
 * order of their ids, with how far it came in the same commit. A crash leaves the rest to the next
 * turn of any instance; nobody is told twice, nobody is left out.
 */
@ApplicationScoped
class RolloutStore {

  /** So that no transaction holds many devices' locks for long: a revocation may want one. */
  private static final int BATCH = 50;

  private final WallStore wall;
  private final FeedStore feed;
  private final Clock clock;

  RolloutStore(WallStore wall, FeedStore feed, Clock clock) {
    this.wall = wall;
    this.feed = feed;
    this.clock = clock;
  }

  /**
   * Tells the next devices of one model.
   *
   * @return false if there was nobody to tell
   */
  Uni<Boolean> tellSome() {
    return wall.asSystem(
        session ->
            untold(session)
                .chain(
                    model ->
                        model == null
                            ? Uni.createFrom().item(false)
                            : tell(session, model).replaceWith(true)));
  }

  /** The item is null if there is none that nobody else is just working on. */
  private static Uni<ModelConfigurationEntity> untold(Mutiny.Session session) {
    return session
        .createNativeQuery(
            "SELECT * FROM model_configuration WHERE told_up_to IS NOT NULL"
                + " ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED",
            ModelConfigurationEntity.class)
        .getSingleResultOrNull();
  }

  private Uni<Void> tell(Mutiny.Session session, ModelConfigurationEntity model) {
    return next(session, model)
        .call(
            devices ->
                Multi.createFrom()
                    .iterable(devices)
                    .onItem()
                    .transformToUniAndConcatenate(device -> tell(session, device))
                    .collect()
                    .last())
        .invoke(devices -> model.told(last(devices)))
        .replaceWithVoid();
  }

  private static @Nullable UUID last(List<DeviceEntity> devices) {
    return devices.size() < BATCH ? null : devices.getLast().id();
  }

  private Uni<Void> tell(Mutiny.Session session, DeviceEntity device) {
    device.changed(clock.instant());
    return feed.publish(session, device);
  }

  private static Uni<List<DeviceEntity>> next(
      Mutiny.Session session, ModelConfigurationEntity model) {
    return session
        .createSelectionQuery(
            "from DeviceEntity d where d.organisationId = :organisation"
                + " and d.manufacturer = :manufacturer and d.model = :model"
                + " and d.lifecycle <> :gone and d.id > :after order by d.id",
            DeviceEntity.class)
        .setParameter("organisation", model.organisationId())
        .setParameter("manufacturer", model.manufacturer())
        .setParameter("model", model.model())
        .setParameter("gone", Lifecycle.DECOMMISSIONED)
        .setParameter("after", model.toldUpTo())
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .setMaxResults(BATCH)
        .getResultList();
  }
}
