package io.pulsewarden.telemetry.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.NotSslRecordException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** What is counted of a handshake that failed; MqttSessionIT has the JDK's own words. */
class TlsRefusalTest {

  @Test
  void shouldCountNobodyWhoGoesWithoutAWord() {
    assertThat(TlsRefusal.of(new ClosedChannelException())).isEmpty();
    assertThat(TlsRefusal.of(new IOException("Connection reset by peer"))).isEmpty();
  }

  @Test
  void shouldTellACertificatesFaultFromAnyOther() {
    assertThat(TlsRefusal.of(new NotSslRecordException("not an SSL/TLS record")))
        .contains(TlsRefusal.TLS_HANDSHAKE);
    assertThat(TlsRefusal.of(caused(new CertificateException("no device issuer is known"))))
        .contains(TlsRefusal.TLS_FOREIGN);
    assertThat(
            TlsRefusal.of(
                caused(new CertificateException("validity", new CertificateExpiredException()))))
        .contains(TlsRefusal.TLS_EXPIRED);
  }

  private static SSLHandshakeException caused(CertificateException cause) {
    SSLHandshakeException failure = new SSLHandshakeException("(certificate_unknown)");
    failure.initCause(cause);
    return failure;
  }
}
