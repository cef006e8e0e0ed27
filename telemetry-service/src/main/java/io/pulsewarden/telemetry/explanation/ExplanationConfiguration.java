package io.pulsewarden.telemetry.explanation;

import io.pulsewarden.auditclient.TextProofs;
import io.pulsewarden.telemetry.keys.Sealing;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;

/** Puts the package together. */
@ApplicationScoped
class ExplanationConfiguration {

  @Produces
  @Singleton
  ExplanationStore store(Pool pool) {
    return new ExplanationStore(pool);
  }

  @Produces
  @Singleton
  Explanations explanations(Sealing sealing) {
    return new Explanations(sealing, new TextProofs(new SecureRandom()));
  }
}
