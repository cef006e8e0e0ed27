package io.pulsewarden.telemetry.keys;

import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Puts the package together. The feed is listened to from the first use of a key on. */
@ApplicationScoped
class BaseKeysConfiguration {

  private static final Duration SWEEP = Duration.ofSeconds(30);

  /** Of keys in hand. */
  @ConfigMapping(prefix = "pulsewarden.keys")
  interface Settings {

    /** Where key management is; the REST client reads it by the same name. */
    URI url();

    /** How many base keys, and how many sealers, are kept. */
    @WithDefault("100000")
    int cacheLimit();

    /** How old the key feed's heartbeat may be before keys in hand are not used any more. */
    @WithDefault("PT30S")
    Duration feedStaleness();

    /**
     * How long before a day begins its keys are fetched for who has today's in hand, spread at
     * random over that time. Keys live for an hour: it has to be less.
     */
    @WithDefault("PT40M")
    Duration aheadOfTime();

    /**
     * Devices, by id and separated by commas, for whose keys nobody waits where they don't open and
     * never will: what the device holds under them is put aside.
     */
    Optional<Set<UUID>> givenUpDevices();
  }

  /** Keys in hand and what keeps them right. */
  record KeysInHand(KeyCache cache, KeyStateConsumer feed, EvictionReports reports) {}

  @Produces
  @Singleton
  KeysInHand keysInHand(
      Sealers sealers,
      HolderName name,
      HttpEvictionsClient evictions,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      Settings settings,
      Clock clock,
      MeterRegistry metrics) {
    KeyStateConsumer feed = new KeyStateConsumer(kafka, clock, settings.feedStaleness());
    metrics.gauge("pulsewarden.keys.feed.age", feed, KeyStateConsumer::ageSeconds);
    KeyCache cache = new KeyCache(clock, feed, settings.cacheLimit(), sealers);
    EvictionReports reports = new EvictionReports(cache, name, evictions);
    reports.start();
    feed.start(reports);
    return new KeysInHand(cache, feed, reports);
  }

  void close(@Disposes KeysInHand keys) {
    keys.feed().close();
    keys.reports().close();
  }

  @Produces
  @Singleton
  HolderName holderName() {
    return new HolderName();
  }

  @Produces
  @Singleton
  BaseKeys baseKeys(
      HttpKeyGatewayClient gateway, KeysInHand keys, Settings settings, Clock clock, Vertx vertx) {
    CachedBaseKeys cached = new CachedBaseKeys(gateway, keys.cache(), clock);
    TomorrowsKeys tomorrow =
        new TomorrowsKeys(keys.cache(), cached, settings.aheadOfTime(), clock, new SecureRandom());
    vertx.setPeriodic(
        SWEEP.toMillis(),
        _ -> {
          keys.cache().dropExpired();
          tomorrow.fetchDue();
        });
    return cached;
  }

  @Produces
  @Singleton
  Sealers sealers(Settings settings) {
    return new Sealers(settings.cacheLimit());
  }

  void close(@Disposes Sealers sealers) {
    sealers.close();
  }

  @Produces
  @Singleton
  GivenUpDevices givenUp(Settings settings) {
    return new GivenUpDevices(settings.givenUpDevices().orElse(Set.of()));
  }

  @Produces
  @Singleton
  Sealing sealing(BaseKeys keys, Sealers sealers, GivenUpDevices givenUp) {
    return new Sealing(keys, sealers, givenUp);
  }
}
