package io.pulsewarden.audit.siem;

import java.net.URI;
import java.util.function.Supplier;

/** Which receiver a destination's URL names. */
final class Receivers {

  private static final int SYSLOG_TLS_PORT = 6514;

  private Receivers() {}

  /**
   * Opens a destination's receiver, again and again.
   *
   * @throws IllegalArgumentException if the destination can't be one
   */
  static Supplier<Receiver> of(SiemConfiguration.Destination destination, String origin) {
    URI url = destination.url();
    PemTls tls = new PemTls(destination.ca(), destination.certificate(), destination.key());
    if (url.getHost() == null || url.getUserInfo() != null) {
      throw new IllegalArgumentException("a destination's URL has a host, and no password");
    }
    return switch (String.valueOf(url.getScheme())) {
      case "https" ->
          () -> new HttpsReceiver(url, tls, destination.tokenFile(), destination.timeout());
      case "syslog+tls" -> {
        if (destination.tokenFile().isPresent()) {
          throw new IllegalArgumentException("syslog takes a client certificate, and no token");
        }
        yield () ->
            new SyslogReceiver(
                url.getHost(),
                url.getPort() < 0 ? SYSLOG_TLS_PORT : url.getPort(),
                tls,
                new SyslogMessage(origin),
                destination.timeout(),
                destination.confirmAfter(),
                destination.settle());
      }
      default ->
          throw new IllegalArgumentException(
              "a destination is https://HOST/PATH or syslog+tls://HOST:PORT");
    };
  }
}
