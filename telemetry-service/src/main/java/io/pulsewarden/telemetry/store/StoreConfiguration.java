package io.pulsewarden.telemetry.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.mtls.SpiffeId;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.keys.BaseKeys;
import io.pulsewarden.telemetry.keys.GivenUpDevices;
import io.pulsewarden.telemetry.keys.Sealing;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the store together. */
@ApplicationScoped
class StoreConfiguration {

  /** How long leaves of stored ranges are kept, so that receipts can be given; 0: not at all. */
  static final String LEAVES_KEPT = "pulsewarden.receipts.leaves-kept";

  /** In which the batches of one poll become ready on an idle machine. */
  private static final long GATHERING_MILLIS = 5;

  /** With a transaction of the vitals store. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Produces
  @Singleton
  ConsumerOffsetStore offsets(Pool pool) {
    return new ConsumerOffsetStore(pool);
  }

  @Produces
  @Singleton
  VitalBlockStore blocks(Pool pool) {
    return new VitalBlockStore(pool);
  }

  @Produces
  @Singleton
  ChangeStore changes(Pool pool, VitalBlockStore blocks) {
    return new ChangeStore(pool, blocks);
  }

  @Produces
  @Singleton
  SeriesStore series(Pool pool) {
    return new SeriesStore(pool);
  }

  @Produces
  @Singleton
  StoredRangeStore ranges(Pool pool) {
    return new StoredRangeStore(pool);
  }

  @Produces
  @Singleton
  RangeLeavesStore rangeLeaves(Pool pool) {
    return new RangeLeavesStore(pool);
  }

  @Produces
  @Singleton
  BlockOpener opener(Sealing sealing) {
    return new BlockOpener(sealing);
  }

  @Produces
  @Singleton
  ObservationIdSource ids(BaseKeys keys) {
    return new ObservationIdSource(keys);
  }

  @Produces
  @Singleton
  VitalsSink sink(
      Pool pool,
      ConsumerOffsetStore offsets,
      Sealing sealing,
      BaseKeys keys,
      GivenUpDevices givenUp,
      AuditEvents events,
      MeterRegistry meters,
      DeviceDirectory devices,
      @ConfigProperty(name = LEAVES_KEPT, defaultValue = "90d") Duration leavesKept,
      @ConfigProperty(name = "pulsewarden.trust-domain") String trustDomain,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    return new VitalsSink(
        offsets,
        new GatheredWrites(
            new StoredBatchStore(pool, devices::hasClock, !leavesKept.isZero()),
            CompletableFuture.delayedExecutor(GATHERING_MILLIS, TimeUnit.MILLISECONDS),
            PATIENCE,
            meters),
        sealing,
        new BatchDigester(
            keys,
            events,
            AuditEvents.service(new SpiffeId(trustDomain, service).toString()),
            givenUp),
        meters);
  }
}
