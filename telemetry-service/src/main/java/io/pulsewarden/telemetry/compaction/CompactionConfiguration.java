package io.pulsewarden.telemetry.compaction;

import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.CompactionStore;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** Puts the package together. */
@ApplicationScoped
class CompactionConfiguration {

  /** What is compacted, and when. */
  @ConfigMapping(prefix = "pulsewarden.compaction")
  interface Settings {

    /** Whether anything is; compacted rows are read in any case. */
    @WithDefault("false")
    boolean enabled();

    /** How old readings and their commits have to be. */
    @WithDefault("PT24H")
    Duration after();

    /** Fewer blocks of an hour than these stay as they are. */
    @WithDefault("32")
    int atLeast();

    /** Between two rounds. */
    @WithDefault("PT10M")
    Duration interval();
  }

  @Produces
  @Singleton
  CompactionStore store(Pool pool) {
    return new CompactionStore(pool);
  }

  @Produces
  @Singleton
  Expansion expansion(Sealing sealing, CompactionStore store) {
    return new Expansion(sealing, store);
  }

  @Produces
  @Singleton
  Compaction compaction(CompactionStore store, Sealing sealing, Clock clock, Settings settings) {
    return new Compaction(store, sealing, clock, settings.after(), settings.atLeast());
  }
}
