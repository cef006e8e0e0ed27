package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.telemetry.intake.VitalsIntake.Accepted;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the endpoint speaks TLS, over real sockets. */
class EdgeTlsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"
      })
  void shouldServeOldDevicesByTheSuitesThatItNames(String suite) throws IOException {
    assertThat(EdgeTlsConfiguration.CIPHER_SUITES).contains(suite);
    try (LoneEndpoint endpoint = new LoneEndpoint()) {
      SSLSession session = handshake(endpoint, "TLSv1.2", suite);

      assertThat(session.getProtocol()).isEqualTo("TLSv1.2");
      assertThat(session.getCipherSuite()).isEqualTo(suite);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"})
  void shouldRefuseOtherSuites(String suite) {
    try (LoneEndpoint endpoint = new LoneEndpoint()) {
      assertThatThrownBy(() -> handshake(endpoint, "TLSv1.2", suite))
          .isInstanceOf(SSLHandshakeException.class);
      await()
          .untilAsserted(
              () -> assertThat(endpoint.refusedInTls).containsExactly(TlsRefusal.TLS_HANDSHAKE));
    }
  }

  @Test
  void shouldPreferTls13() throws IOException {
    try (LoneEndpoint endpoint = new LoneEndpoint();
        SSLSocket socket = socket(endpoint)) {
      socket.startHandshake();

      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
      assertThat(socket.getSession().getCipherSuite()).isEqualTo("TLS_AES_128_GCM_SHA256");
    }
  }

  @Test
  void shouldSendPubacksOfOneTurnAsOneRecord() throws IOException {
    int count = 10;
    List<CompletableFuture<Receipt>> waiting = new ArrayList<>();
    try (LoneEndpoint endpoint =
            new LoneEndpoint(
                (message, before, _) -> {
                  CompletableFuture<Receipt> stored = new CompletableFuture<>();
                  waiting.add(stored);
                  if (waiting.size() == count) {
                    // On the session's own event loop, but not while it reads.
                    requireNonNull(Vertx.currentContext())
                        .runOnContext(
                            _ -> waiting.forEach(one -> one.complete(LoneEndpoint.taken(message))));
                  }
                  return new Accepted(before, stored);
                });
        RawMqtt mqtt = endpoint.connection(5)) {
      mqtt.connect(endpoint.device.toString(), 60);

      for (int id = 1; id <= count; id++) {
        mqtt.publish(1, id, Topics.vitals(endpoint.device), "[]".getBytes(UTF_8));
      }

      // A read gives what is in one TLS record, and no more.
      assertThat(mqtt.readOnce()).hasSize(count * 4);
    }
  }

  private static SSLSocket socket(LoneEndpoint endpoint) throws IOException {
    return (SSLSocket) endpoint.tls().getSocketFactory().createSocket("127.0.0.1", endpoint.port());
  }

  private static SSLSession handshake(LoneEndpoint endpoint, String protocol, String suite)
      throws IOException {
    try (SSLSocket socket = socket(endpoint)) {
      socket.setEnabledProtocols(new String[] {protocol});
      socket.setEnabledCipherSuites(new String[] {suite});
      socket.startHandshake();
      return socket.getSession();
    }
  }
}
