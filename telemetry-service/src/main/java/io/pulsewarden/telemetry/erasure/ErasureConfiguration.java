package io.pulsewarden.telemetry.erasure;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.mtls.SpiffeId;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.ConsumerOffsetStore;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the package together. */
@ApplicationScoped
class ErasureConfiguration {

  /** Of what follows an erasure here. */
  @ConfigMapping(prefix = "pulsewarden.erasure")
  interface Settings {

    /** How often it is looked for what came after a patient was purged. */
    @WithDefault("PT1M")
    Duration sweep();
  }

  @Produces
  @Singleton
  PurgeStore purges(
      Pool pool,
      VitalBlockStore blocks,
      Sealing sealing,
      AuditEvents events,
      @ConfigProperty(name = "pulsewarden.trust-domain") String trustDomain,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    return new PurgeStore(
        pool,
        new HeldCuts(blocks, sealing),
        events,
        AuditEvents.service(new SpiffeId(trustDomain, service).toString()));
  }

  @Produces
  @Singleton
  Wearings wearings(DeviceDirectory directory, FeedFreshness freshness) {
    return new Wearings() {
      @Override
      public boolean known() {
        return freshness.admitsSessions();
      }

      @Override
      public List<Worn> by(Set<UUID> patients) {
        List<Worn> worn =
            directory
                .all()
                .flatMap(
                    device ->
                        device.assignments().stream()
                            .filter(assignment -> patients.contains(assignment.patient()))
                            .map(one -> new Worn(device.organisation(), device.id(), one)))
                .toList();
        Map<UUID, Set<UUID>> gateways = gateways(worn);
        return worn.stream()
            .map(
                one ->
                    new Worn(
                        one.organisation(),
                        one.device(),
                        one.assignment(),
                        gateways.getOrDefault(one.device(), Set.of())))
            .toList();
      }

      private Map<UUID, Set<UUID>> gateways(List<Worn> worn) {
        Set<UUID> devices = worn.stream().map(Worn::device).collect(Collectors.toSet());
        Map<UUID, Set<UUID>> gateways = new HashMap<>();
        if (devices.isEmpty()) {
          return gateways;
        }
        directory
            .all()
            .forEach(
                gateway ->
                    gateway.gatewayFor().stream()
                        .filter(devices::contains)
                        .forEach(
                            device ->
                                gateways
                                    .computeIfAbsent(device, _ -> new HashSet<>())
                                    .add(gateway.id())));
        return gateways;
      }
    };
  }

  @Produces
  @Singleton
  ErasedKeysSink sink(ConsumerOffsetStore offsets, PurgeStore purges, Wearings wearings) {
    return new ErasedKeysSink(offsets, purges, wearings);
  }
}
