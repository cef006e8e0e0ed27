package io.pulsewarden.registry.ca;

import io.pulsewarden.vault.VaultLoginSettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Where Vault is, and who we are to it; docs/vault.md has all of it with examples. */
@ConfigMapping(prefix = "pulsewarden.vault")
interface VaultSettings {

  /** {@code https://host:8200}. */
  Optional<URI> url();

  /** Of Vault Enterprise or OpenBao. */
  Optional<String> namespace();

  /** Where the PKI engine of the devices' issuing CAs is mounted. */
  @WithDefault("pulsewarden-devices")
  String mount();

  /** Which of quarkus.tls.* trusts Vault's certificate and shows ours. */
  @WithDefault("service")
  String tlsConfigurationName();

  /** Whether keys and tokens may go to Vault without TLS. */
  @WithDefault("false")
  boolean acceptRisk();

  /** Requests under way; more wait. */
  @WithDefault("8")
  int requestsAtOnce();

  /** How long they wait before they fail. */
  @WithDefault("PT1S")
  Duration longestWait();

  /** For a whole answer. */
  @WithDefault("PT5S")
  Duration timeout();

  /** Who signs. */
  VaultLoginSettings login();
}
