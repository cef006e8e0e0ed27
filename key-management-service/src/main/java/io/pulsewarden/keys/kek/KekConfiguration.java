package io.pulsewarden.keys.kek;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.keys.kek.RetriedKekProvider.Patience;
import io.quarkus.arc.All;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Opens the provider that is configured, at start, and puts retry and metrics around it. */
@Singleton
class KekConfiguration {

  /** Which provider, and how patient we are with it. */
  @ConfigMapping(prefix = "pulsewarden.kek")
  interface Settings {

    /** {@code keyring}, {@code vault} or {@code pkcs11}. */
    @WithDefault("keyring")
    String provider();

    /** How often a call is tried in all, when its failure may pass. */
    @WithDefault("4")
    int attempts();

    /** The longest first pause; each that follows may be twice as long. */
    @WithDefault("PT0.1S")
    Duration firstPause();

    /** No pause is longer. */
    @WithDefault("PT2S")
    Duration longestPause();
  }

  @Produces
  @Singleton
  @Startup
  KekProvider kekProvider(
      @All List<KekProviderSource> sources, Settings settings, MeterRegistry metrics) {
    KekProvider opened =
        sources.stream()
            .filter(source -> source.name().equals(settings.provider()))
            .findAny()
            .orElseThrow(
                () ->
                    new ConfigurationException(
                        "pulsewarden.kek.provider must be one of keyring, vault, pkcs11"))
            .open();
    // Metrics inside: each attempt is a call of its own.
    return new RetriedKekProvider(
        new MeteredKekProvider(opened, metrics),
        new Patience(settings.attempts(), settings.firstPause(), settings.longestPause()),
        KekConfiguration::pause,
        new SecureRandom());
  }

  private static CompletableFuture<Void> pause(Duration duration) {
    Executor later = CompletableFuture.delayedExecutor(duration.toMillis(), TimeUnit.MILLISECONDS);
    return CompletableFuture.runAsync(() -> {}, later);
  }
}
