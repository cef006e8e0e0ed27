package io.pulsewarden.audit.siem;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Where the log is streamed to; nowhere unless it is configured. */
@ConfigMapping(prefix = "pulsewarden.siem")
public interface SiemConfiguration {

  /** By a name of the operator's, which the cursor is kept under. */
  Map<String, Destination> destinations();

  /** One receiver. */
  interface Destination {

    /** {@code https://HOST/PATH} or {@code syslog+tls://HOST:PORT}. */
    URI url();

    /** The CA of the receiver's certificate, in PEM; else the JDK's. */
    Optional<Path> ca();

    /** What this service shows as a client, in PEM; with {@link #key()}. */
    Optional<Path> certificate();

    /** PKCS#8, in PEM. */
    Optional<Path> key();

    /** A bearer token for HTTPS; read again at each request. */
    Optional<Path> tokenFile();

    /** Where a destination that is new begins. */
    @WithDefault("BEGINNING")
    Start start();

    /** How long the receiver may keep a connection or a request waiting. */
    @WithDefault("30s")
    Duration timeout();

    /** Syslog: how long events may be on their way before they are confirmed. */
    @WithDefault("5s")
    Duration confirmAfter();

    /** Syslog: how long the receiver has to live on before what it has read counts as received. */
    @WithDefault("1s")
    Duration settle();
  }

  /** Where to begin. */
  enum Start {
    /** With the log's first entry. */
    BEGINNING,
    /** With what is published from now on. */
    NOW
  }
}
