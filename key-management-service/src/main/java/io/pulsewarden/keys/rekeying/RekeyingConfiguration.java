package io.pulsewarden.keys.rekeying;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.subject.SubjectKeys;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Puts the package together. */
class RekeyingConfiguration {

  @Produces
  @Singleton
  RekeyingRecords rekeyingRecords(AuditEvents events) {
    return new RekeyingRecords(events);
  }

  @Produces
  @Singleton
  Rekeying rekeying(NextKeysStore store, KekProvider keks, SubjectKeys keys, Clock clock) {
    return new Rekeying(store, keks, keys::requireKeks, keys::forget, clock);
  }
}
