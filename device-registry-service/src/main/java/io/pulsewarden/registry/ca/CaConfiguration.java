package io.pulsewarden.registry.ca;

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
  StatusLocations statusLocations(CaSettings settings) {
    return new StatusLocations(settings.statusUrl());
  }

  @Produces
  @Singleton
  @Startup
  CertificateAuthority certificateAuthority(
      CaSettings settings, StatusLocations locations, Clock clock) {
    SecureRandom random = new SecureRandom();
    return new EmbeddedCertificateAuthority(
        new CaFolder(settings.dir(), random, clock),
        () -> PassphraseFile.read(settings.passphraseFile()),
        new DeviceCertificateProfile(
            new CertificateLifetime(settings.certificateLifetime()), locations),
        random,
        clock);
  }
}
