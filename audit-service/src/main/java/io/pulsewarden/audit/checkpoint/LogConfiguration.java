package io.pulsewarden.audit.checkpoint;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The log's name and key; the defaults stand in application.properties. */
@ConfigMapping(prefix = "pulsewarden.log")
public interface LogConfiguration {

  /** First line of each checkpoint: the log's name, for ever. */
  String origin();

  /** Made at the first start; all instances of the service use the same one. */
  Path signingKeyFile();

  /**
   * The newest checkpoint that this instance published, outside the database: it shows when the
   * database is an older one.
   */
  Path publishedCheckpointFile();

  /** Who may read whole entry bundles, which hold the entries of every organisation. */
  String bundleRole();

  /** Who cosigns checkpoints, and how many have to. */
  Witnesses witnesses();

  /** The topic's records, once their entries are published. */
  Topic topic();

  /** When records are deleted; the longer of both times counts. */
  interface Topic {

    /** How old a record must be. */
    @WithDefault("7d")
    Duration keep();

    /** How old a backup may be that the database is restored from. */
    @WithDefault("7d")
    Duration recoveryWindow();

    /** Between two looks at the topic. */
    @WithDefault("1m")
    Duration look();

    /** With more records that are not in the log yet, the check {@code audit topic} is down. */
    @WithDefault("100000")
    long maxLag();
  }

  /** Witnesses that are asked (C2SP tlog-witness). */
  interface Witnesses {

    /** So many must have cosigned a checkpoint before it is published. */
    @WithDefault("0")
    int quorum();

    /** For one answer. */
    @WithDefault("5s")
    Duration patience();

    /** Between two rounds of asking. */
    @WithDefault("1s")
    Duration pause();

    /** Without its quorum for longer, the check {@code witnesses} is down. */
    @WithDefault("1m")
    Duration alarmAfter();

    /** PEM certificates that witnesses' servers must chain to; without it the JDK's own. */
    Optional<Path> caFile();

    /** By a label of the operator's own, which names the witness in metrics and logs. */
    Map<String, Witness> known();
  }

  /** One witness. */
  interface Witness {

    /** What stands before {@code /add-checkpoint}. */
    URI url();

    /** Its verifier key, {@code name+hash+base64}, from its keeper and not from its server. */
    String key();
  }
}
