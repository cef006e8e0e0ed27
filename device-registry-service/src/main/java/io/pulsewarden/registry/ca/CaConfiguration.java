package io.pulsewarden.registry.ca;

import io.pulsewarden.secret.SecretBytes;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;

/** Chooses and opens the authority at start, so that a wrong passphrase stops the service. */
@ApplicationScoped
class CaConfiguration {

  @Produces
  @Singleton
  @Startup
  CertificateAuthority certificateAuthority(CaSettings settings, Clock clock) {
    SecureRandom random = new SecureRandom();
    try (SecretBytes passphrase = PassphraseFile.read(settings.passphraseFile())) {
      CaFolder.Opened opened = new CaFolder(settings.dir(), random, clock).open(passphrase);
      return new EmbeddedCertificateAuthority(
          opened, new CertificateLifetime(settings.certificateLifetime()), random, clock);
    }
  }
}
