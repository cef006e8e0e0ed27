package io.pulsewarden.registry.configuration;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.access.WallStore;
import io.pulsewarden.registry.device.DeviceSettings;
import io.pulsewarden.registry.device.IfMatch;
import io.pulsewarden.registry.device.ModelConfigurationEntity;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.FeedStore;
import io.pulsewarden.registry.problem.Constraint;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * What models are set to. The change and the mark that its devices are to be told are one commit;
 * {@link RolloutStore} tells them afterwards, wherever a crash left off.
 */
@ApplicationScoped
class ModelConfigurationStore {

  private final WallStore wall;
  private final FeedStore feed;
  private final DeviceAudit audit;

  ModelConfigurationStore(WallStore wall, FeedStore feed, DeviceAudit audit) {
    this.wall = wall;
    this.feed = feed;
    this.audit = audit;
  }

  Uni<ModelConfigurationView> read(Caller caller, String manufacturer, String model) {
    return wall.within(
        caller.organisationId(),
        session ->
            find(session, caller, manufacturer, model, LockModeType.NONE)
                .map(
                    found ->
                        found == null
                            ? ModelConfigurationView.none(manufacturer, model)
                            : ModelConfigurationView.of(found)));
  }

  /** Two who configure a model for the first time at once: the database lets one. */
  Uni<ModelConfigurationView> replace(
      Caller caller, String manufacturer, String model, IfMatch match, DeviceSettings settings) {
    return wall.within(
            caller.organisationId(),
            session ->
                find(session, caller, manufacturer, model, LockModeType.PESSIMISTIC_WRITE)
                    .invoke(found -> match.check(found == null ? 0 : found.version()))
                    .chain(
                        found ->
                            found == null
                                ? fresh(session, caller, manufacturer, model, settings)
                                : replaced(found, settings))
                    .call(
                        changed ->
                            feed.audit(
                                session,
                                audit
                                    .byUser(
                                        AuditAction.AUDIT_ACTION_MODEL_CONFIGURED,
                                        caller,
                                        "ModelConfiguration",
                                        changed.id())
                                    .build()))
                    .map(ModelConfigurationView::of))
        .onFailure(failure -> Constraint.isBroken(failure, "model_configuration_one"))
        .transform(failure -> new ProblemException(ProblemType.PRECONDITION_FAILED.plain()));
  }

  private static Uni<ModelConfigurationEntity> replaced(
      ModelConfigurationEntity found, DeviceSettings settings) {
    found.replace(settings);
    return Uni.createFrom().item(found);
  }

  private static Uni<ModelConfigurationEntity> fresh(
      Mutiny.Session session,
      Caller caller,
      String manufacturer,
      String model,
      DeviceSettings settings) {
    ModelConfigurationEntity made =
        new ModelConfigurationEntity(
            UUID.randomUUID(), caller.organisationId(), manufacturer, model);
    made.replace(settings);
    return session.persist(made).replaceWith(made);
  }

  /** The item is null if there is none. */
  private static Uni<ModelConfigurationEntity> find(
      Mutiny.Session session, Caller caller, String manufacturer, String model, LockModeType lock) {
    return session
        .createSelectionQuery(
            "from ModelConfigurationEntity m where m.organisationId = :organisation"
                + " and m.manufacturer = :manufacturer and m.model = :model",
            ModelConfigurationEntity.class)
        .setParameter("organisation", caller.organisationId())
        .setParameter("manufacturer", manufacturer)
        .setParameter("model", model)
        .setLockMode(lock)
        .getSingleResultOrNull();
  }
}
