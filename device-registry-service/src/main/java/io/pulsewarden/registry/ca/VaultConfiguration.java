package io.pulsewarden.registry.ca;

import io.pulsewarden.vault.VaultAddress;
import io.pulsewarden.vault.VaultBulkhead;
import io.pulsewarden.vault.VaultConnection;
import io.pulsewarden.vault.VaultLogin;
import io.pulsewarden.vault.VaultMount;
import io.pulsewarden.vault.VaultSession;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Connects to Vault where it is chosen. */
@Singleton
class VaultConfiguration {

  private final VaultSettings settings;
  private final TlsConfigurationRegistry tls;
  private final Clock clock;
  private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
  private @Nullable VaultSession session;

  VaultConfiguration(VaultSettings settings, TlsConfigurationRegistry tls, Clock clock) {
    this.settings = settings;
    this.tls = tls;
    this.clock = clock;
  }

  /**
   * Opens it, once; it closes itself when the service stops.
   *
   * @throws CertificateAuthorityException if Vault can't be asked for its issuers
   */
  CertificateAuthority open(DeviceCertificateProfile profile, AnnouncedIssuers announced) {
    VaultConnection connection =
        new VaultConnection(
            address(), settings.namespace().orElse(null), this::sslContext, settings.timeout());
    VaultSession opened = new VaultSession(connection, login(), clock);
    session = opened;
    return new VaultCertificateAuthority(
        new VaultPki(
            new VaultMount(
                opened,
                settings.mount(),
                new VaultBulkhead(settings.requestsAtOnce(), settings.longestWait()))),
        profile,
        announced,
        background,
        clock);
  }

  private URI address() {
    try {
      return VaultAddress.require(
          settings.url(), ConfigUtils.isProfileActive("prod"), settings.acceptRisk());
    } catch (IllegalArgumentException unusable) {
      throw new ConfigurationException(unusable.getMessage());
    }
  }

  private VaultLogin login() {
    String prefix = "pulsewarden.vault.login";
    try {
      return VaultLogin.of(prefix, settings.login())
          .orElseThrow(() -> new ConfigurationException(prefix + ".method is not set"));
    } catch (IllegalArgumentException incomplete) {
      throw new ConfigurationException(incomplete.getMessage());
    }
  }

  private SSLContext sslContext() {
    try {
      return tls.get(settings.tlsConfigurationName())
          .orElseThrow(
              () ->
                  new ConfigurationException(
                      "pulsewarden.vault.tls-configuration-name names none of quarkus.tls.*"))
          .createSSLContext();
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("no TLS here", broken);
    } catch (Exception unreadable) {
      throw new IllegalStateException("the certificates for Vault can't be used", unreadable);
    }
  }

  void certificatesChanged(@Observes CertificateUpdatedEvent changed) {
    VaultSession opened = session;
    if (opened != null && changed.name().equals(settings.tlsConfigurationName())) {
      opened.reconnect();
    }
  }

  void close(@Observes ShutdownEvent stopping) {
    background.close();
    if (session != null) {
      session.close();
    }
  }
}
