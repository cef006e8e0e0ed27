package io.pulsewarden.registry.configuration;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.access.WallStore;
import io.pulsewarden.registry.device.ActivityEntity;
import io.pulsewarden.registry.device.DeviceConfigurationEntity;
import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.device.DeviceSettings;
import io.pulsewarden.registry.device.EffectiveConfiguration;
import io.pulsewarden.registry.device.IfMatch;
import io.pulsewarden.registry.device.Lifecycle;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.DeviceChangeStore;
import io.pulsewarden.registry.feed.DeviceChangeStore.Change;
import io.pulsewarden.registry.feed.FeedDetailStore;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** What single devices are set to, with the state that tells them in one commit. */
@ApplicationScoped
class ConfigurationStore {

  private final WallStore wall;
  private final DeviceChangeStore changes;
  private final FeedDetailStore details;
  private final DeviceAudit audit;

  ConfigurationStore(
      WallStore wall, DeviceChangeStore changes, FeedDetailStore details, DeviceAudit audit) {
    this.wall = wall;
    this.changes = changes;
    this.details = details;
    this.audit = audit;
  }

  Uni<ConfigurationView.Tagged> read(Caller caller, UUID id) {
    return wall.within(
        caller.organisationId(),
        session ->
            DeviceChangeStore.lock(session, caller.organisationId(), id)
                .chain(device -> view(session, device, device.version())));
  }

  Uni<ConfigurationView.Tagged> replace(
      Caller caller, UUID id, IfMatch match, DeviceSettings settings) {
    return changes.change(
        caller.organisationId(),
        id,
        match,
        (session, device) -> {
          checkIsLeft(device);
          return replace(session, id, settings)
              .chain(session::flush)
              // The version that the commit gives the device.
              .chain(() -> view(session, device, device.version() + 1))
              .map(
                  view ->
                      new Change<>(
                          view,
                          audit
                              .byUser(AuditAction.AUDIT_ACTION_DEVICE_CONFIGURED, caller, id)
                              .build()));
        });
  }

  /** Set before it is persisted: what is inserted is what it was then. */
  private static Uni<Void> replace(Mutiny.Session session, UUID device, DeviceSettings settings) {
    return session
        .find(DeviceConfigurationEntity.class, device)
        .chain(
            found -> {
              DeviceConfigurationEntity own =
                  found == null ? new DeviceConfigurationEntity(device) : found;
              own.replace(settings);
              return found == null ? session.persist(own) : Uni.createFrom().voidItem();
            });
  }

  private Uni<ConfigurationView.Tagged> view(
      Mutiny.Session session, DeviceEntity device, long deviceVersion) {
    return details
        .configuration(session, device)
        .chain(
            effective ->
                session
                    .find(DeviceConfigurationEntity.class, device.id())
                    .chain(
                        own ->
                            session
                                .find(ActivityEntity.class, device.id())
                                .map(activity -> view(device.id(), effective, own, activity))))
        .map(view -> new ConfigurationView.Tagged(view, deviceVersion));
  }

  private static ConfigurationView view(
      UUID device,
      EffectiveConfiguration effective,
      @Nullable DeviceConfigurationEntity own,
      @Nullable ActivityEntity activity) {
    return new ConfigurationView(
        device,
        effective.version(),
        own == null ? DeviceSettings.NONE : own.settings(),
        effective.settings(),
        activity == null ? 0 : activity.configurationVersion(),
        activity == null ? null : activity.configurationAcknowledgedAt());
  }

  private static void checkIsLeft(DeviceEntity device) {
    if (device.lifecycle() == Lifecycle.DECOMMISSIONED) {
      throw new ProblemException(
          ProblemType.STATE_FORBIDS.because("A device that is decommissioned is not configured."));
    }
  }
}
