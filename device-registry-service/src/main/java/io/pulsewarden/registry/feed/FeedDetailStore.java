package io.pulsewarden.registry.feed;

import io.pulsewarden.registry.device.DeviceConfigurationEntity;
import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.device.DeviceKind;
import io.pulsewarden.registry.device.EffectiveConfiguration;
import io.pulsewarden.registry.device.ModelConfigurationEntity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** What a device's state carries beside certificates and assignments. */
@ApplicationScoped
public class FeedDetailStore {

  FeedDetailStore() {}

  /** What the device is told. */
  public Uni<EffectiveConfiguration> configuration(Mutiny.Session session, DeviceEntity device) {
    return session
        .createSelectionQuery(
            "from ModelConfigurationEntity m where m.organisationId = :organisation"
                + " and m.manufacturer = :manufacturer and m.model = :model",
            ModelConfigurationEntity.class)
        .setParameter("organisation", device.organisationId())
        .setParameter("manufacturer", device.description().manufacturer())
        .setParameter("model", device.description().model())
        .getSingleResultOrNull()
        .chain(
            model ->
                session
                    .find(DeviceConfigurationEntity.class, device.id())
                    .map(own -> EffectiveConfiguration.of(model, own)));
  }

  /** Whom a gateway may speak for, in the order of their ids; nobody for other kinds. */
  public Uni<List<UUID>> gatewayFor(Mutiny.Session session, DeviceEntity device) {
    if (device.description().kind() != DeviceKind.GATEWAY) {
      return Uni.createFrom().item(List.of());
    }
    return session
        .createNativeQuery(
            "SELECT CAST(device_id AS text) FROM gateway_device"
                + " WHERE gateway_id = :gateway ORDER BY device_id",
            String.class)
        .setParameter("gateway", device.id())
        .getResultList()
        .map(ids -> ids.stream().map(UUID::fromString).toList());
  }
}
