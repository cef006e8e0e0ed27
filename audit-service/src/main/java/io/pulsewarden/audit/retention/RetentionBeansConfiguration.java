package io.pulsewarden.audit.retention;

import io.pulsewarden.audit.checkpoint.CheckpointSigner;
import io.pulsewarden.audit.checkpoint.LogConfiguration;
import io.pulsewarden.audit.checkpoint.SigningKeyFile;
import io.pulsewarden.audit.log.LogStore;
import io.pulsewarden.audit.trail.OwnEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;

/** Puts the package together. */
@ApplicationScoped
class RetentionBeansConfiguration {

  @Produces
  @Singleton
  Retention retention(
      RetentionStore store, LogStore log, LogConfiguration settings, OwnEvents events) {
    return new Retention(
        store, log, () -> signer(log, settings), prunable -> record(events, prunable));
  }

  private static CheckpointSigner signer(LogStore log, LogConfiguration settings) {
    try {
      CheckpointSigner signer =
          new SigningKeyFile(settings.signingKeyFile()).signer(settings.origin());
      if (!log.verifierKey().equals(Optional.of(signer.verifierKey()))) {
        throw new IllegalStateException("the signing key or the origin is not the log's");
      }
      return signer;
    } catch (IOException | GeneralSecurityException unusable) {
      throw new IllegalStateException("the log's signing key can't be used", unusable);
    }
  }

  private static void record(OwnEvents events, Prunable prunable) {
    events.record(
        events
            .event(
                AuditAction.AUDIT_ACTION_AUDIT_PRUNING_SIGNED, AuditOutcome.AUDIT_OUTCOME_SUCCESS)
            .addEntity(
                Entity.newBuilder()
                    .setType("AuditEntry")
                    .setId(Long.toString(prunable.minimum()))
                    .setCount(prunable.minimum()))
            .build());
  }
}
