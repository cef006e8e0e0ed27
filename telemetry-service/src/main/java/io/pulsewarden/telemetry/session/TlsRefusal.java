package io.pulsewarden.telemetry.session;

import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a TLS handshake failed, before anybody could say CONNECT. */
enum TlsRefusal {
  TLS_NO_CERTIFICATE,
  TLS_EXPIRED,
  /** No issuer of devices signed it, or it is otherwise none of theirs. */
  TLS_FOREIGN,
  /** Of no certificate of the other end's: no common suite, no TLS at all, or it trusts not us. */
  TLS_HANDSHAKE;

  /** What the JDK says, in TLS 1.3 and 1.2; it has no exception of its own for that. */
  private static final String NO_CERTIFICATE = "Empty client certificate chain";

  /**
   * Why it was.
   *
   * @param failure of the handshake
   * @return empty where the other end went without a word, as probes of a port do
   */
  static Optional<TlsRefusal> of(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable next = failure; next != null; next = next.getCause()) {
      causes.add(next);
    }
    if (causes.stream().anyMatch(TlsRefusal::isExpired)) {
      return Optional.of(TLS_EXPIRED);
    }
    if (causes.stream().anyMatch(CertificateException.class::isInstance)) {
      return Optional.of(TLS_FOREIGN);
    }
    if (causes.stream().anyMatch(ClosedChannelException.class::isInstance)
        || causes.stream().noneMatch(SSLException.class::isInstance)) {
      return Optional.empty();
    }
    return Optional.of(
        causes.stream().anyMatch(cause -> saysNoCertificate(cause.getMessage()))
            ? TLS_NO_CERTIFICATE
            : TLS_HANDSHAKE);
  }

  private static boolean isExpired(Throwable cause) {
    return cause instanceof CertificateExpiredException
        || (cause instanceof CertPathValidatorException path
            && path.getReason() == BasicReason.EXPIRED);
  }

  private static boolean saysNoCertificate(@Nullable String message) {
    return message != null && message.contains(NO_CERTIFICATE);
  }

  /** In metrics, such as {@code tls-no-certificate}. */
  String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
