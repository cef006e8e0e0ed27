package io.pulsewarden.registry.csr;

import org.jspecify.annotations.Nullable;

/** What ties a request to the TLS connection that it came by (RFC 7030, section 3.5). */
@FunctionalInterface
public interface ChannelBinding {

  /**
   * The {@code tls-exporter} binding of the connection (RFC 9266), in base64 without line breaks;
   * null if the connection has none to give.
   */
  @Nullable String exporter();

  /** A request that came by no connection, such as in a test. */
  static ChannelBinding none() {
    return () -> null;
  }
}
