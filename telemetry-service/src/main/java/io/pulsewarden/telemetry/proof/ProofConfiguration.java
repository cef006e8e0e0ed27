package io.pulsewarden.telemetry.proof;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.telemetry.auditing.Disclosure;
import io.pulsewarden.telemetry.keys.BaseKeys;
import io.pulsewarden.telemetry.store.BlockOpener;
import io.pulsewarden.telemetry.store.RangeLeavesStore;
import io.pulsewarden.telemetry.store.StoredRangeStore;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.pulsewarden.telemetry.store.VitalsStoreConsumer;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Puts the package together. */
@ApplicationScoped
class ProofConfiguration {

  @Produces
  @Singleton
  Receipts receipts(
      StoredRangeStore ranges, RangeLeavesStore leaves, BlockOpener opener, BaseKeys keys) {
    return new Receipts(
        VitalsStoreConsumer.TOPIC,
        ranges,
        leaves,
        opener,
        keys,
        Infrastructure.getDefaultWorkerPool());
  }

  @Produces
  @Singleton
  DeviceProofs deviceProofs(
      VitalBlockStore blocks,
      Receipts receipts,
      Disclosure disclosure,
      AuditEvents events,
      ObjectMapper json) {
    return new DeviceProofs(blocks, receipts, disclosure, events, json);
  }
}
