package io.pulsewarden.registry.ca;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.function.Function;

/**
 * Chooses and opens the authority at start, or stops the service with one line that says why not.
 */
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
      CaSettings settings,
      VaultConfiguration vault,
      StatusLocations locations,
      AnnouncedIssuers announced,
      Clock clock) {
    return open(
        settings,
        profile -> vault.open(profile, announced),
        locations,
        announced,
        clock,
        ConfigUtils.isProfileActive("prod"));
  }

  static CertificateAuthority open(
      CaSettings settings,
      Function<DeviceCertificateProfile, CertificateAuthority> vault,
      StatusLocations locations,
      AnnouncedIssuers announced,
      Clock clock,
      boolean production) {
    DeviceCertificateProfile profile =
        new DeviceCertificateProfile(
            new CertificateLifetime(settings.certificateLifetime()), locations);
    try {
      return switch (settings.authority()) {
        case "embedded" -> embedded(settings, profile, announced, clock, production);
        case "vault" -> vault.apply(profile);
        default ->
            throw new ConfigurationException("pulsewarden.ca.authority must be embedded or vault");
      };
    } catch (CertificateAuthorityException unusable) {
      // Quarkus prints this one's message alone and exits with 1: one line, and no stack trace.
      throw new ConfigurationException(unusable.getMessage());
    }
  }

  private static CertificateAuthority embedded(
      CaSettings settings,
      DeviceCertificateProfile profile,
      AnnouncedIssuers announced,
      Clock clock,
      boolean production) {
    if (production && !settings.acceptRisk()) {
      throw new ConfigurationException(
          "the embedded CA is not for production: its keys lie on this disk; use Vault, or set"
              + " pulsewarden.ca.accept-risk=true");
    }
    Path passphrase =
        settings
            .passphraseFile()
            .orElseThrow(
                () -> new ConfigurationException("pulsewarden.ca.passphrase-file is not set"));
    SecureRandom random = new SecureRandom();
    return new EmbeddedCertificateAuthority(
        new CaFolder(settings.dir(), random, clock),
        () -> PassphraseFile.read(passphrase),
        profile,
        announced,
        random,
        clock);
  }
}
