package io.pulsewarden.keys.erasure;

import io.pulsewarden.auditclient.AuditEvents;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Puts the package together. */
class ErasureConfiguration {

  @Produces
  @Singleton
  ErasureRecords erasureRecords(AuditEvents events) {
    return new ErasureRecords(events);
  }
}
