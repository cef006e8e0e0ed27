package io.pulsewarden.keys.vault;

import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekProviderSource;
import io.pulsewarden.vault.VaultAddress;
import io.pulsewarden.vault.VaultBulkhead;
import io.pulsewarden.vault.VaultConnection;
import io.pulsewarden.vault.VaultLogin;
import io.pulsewarden.vault.VaultLoginSettings;
import io.pulsewarden.vault.VaultSession;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** Connects to Vault where it is chosen; docs/vault.md has all of it with examples. */
@Singleton
class VaultConfiguration implements KekProviderSource {

  /** Where Vault is, and who we are to it. */
  @ConfigMapping(prefix = "pulsewarden.vault")
  interface Settings {

    /** {@code https://host:8200}. */
    Optional<URI> url();

    /** Of Vault Enterprise or OpenBao. */
    Optional<String> namespace();

    /** Where the Transit engine of this platform is mounted. */
    @WithDefault("pulsewarden")
    String mount();

    /** Which of quarkus.tls.* trusts Vault's certificate and shows ours. */
    @WithDefault("service")
    String tlsConfigurationName();

    /** Whether keys and tokens may go to Vault without TLS. */
    @WithDefault("false")
    boolean acceptRisk();

    /** Requests under way; more wait. */
    @WithDefault("64")
    int requestsAtOnce();

    /** How long they wait before they fail. */
    @WithDefault("PT1S")
    Duration longestWait();

    /** For a whole answer. */
    @WithDefault("PT5S")
    Duration timeout();

    /** Who wraps, unwraps and rotates. */
    VaultLoginSettings login();

    /** Who may trim; without it nothing is trimmed. */
    VaultLoginSettings trimLogin();
  }

  private final Settings settings;
  private final TlsConfigurationRegistry tls;
  private final Clock clock;
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final List<VaultSession> sessions = new ArrayList<>();

  VaultConfiguration(Settings settings, TlsConfigurationRegistry tls, Clock clock) {
    this.settings = settings;
    this.tls = tls;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "vault";
  }

  @Override
  public KekProvider open() {
    VaultConnection connection =
        new VaultConnection(
            address(), settings.namespace().orElse(null), this::sslContext, settings.timeout());
    VaultBulkhead bulkhead = new VaultBulkhead(settings.requestsAtOnce(), settings.longestWait());
    TransitClient service =
        client(
            connection,
            bulkhead,
            login("pulsewarden.vault.login", settings.login())
                .orElseThrow(
                    () -> new ConfigurationException("pulsewarden.vault.login.method is not set")));
    TransitClient trimming =
        login("pulsewarden.vault.trim-login", settings.trimLogin())
            .map(login -> client(connection, bulkhead, login))
            .orElse(null);
    return new VaultKekProvider(service, trimming, blocking);
  }

  private URI address() {
    try {
      return VaultAddress.require(
          settings.url(), ConfigUtils.isProfileActive("prod"), settings.acceptRisk());
    } catch (IllegalArgumentException unusable) {
      throw new ConfigurationException(unusable.getMessage());
    }
  }

  private TransitClient client(
      VaultConnection connection, VaultBulkhead bulkhead, VaultLogin login) {
    VaultSession session = new VaultSession(connection, login, clock);
    sessions.add(session);
    return new TransitClient(session, settings.mount(), bulkhead);
  }

  private static Optional<VaultLogin> login(String prefix, VaultLoginSettings login) {
    try {
      return VaultLogin.of(prefix, login);
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
    if (changed.name().equals(settings.tlsConfigurationName())) {
      sessions.forEach(VaultSession::reconnect);
    }
  }

  void close(@Observes ShutdownEvent stopping) {
    blocking.close();
    sessions.forEach(VaultSession::close);
  }
}
