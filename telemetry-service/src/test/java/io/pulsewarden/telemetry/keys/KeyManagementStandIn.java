package io.pulsewarden.telemetry.keys;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.pulsewarden.platform.ServiceTestBed;
import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.telemetry.TelemetryServers;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * The other end of the wire: mutual TLS as key management has it, and an answer that the test
 * chose. Key management itself runs in the end-to-end tests.
 */
public final class KeyManagementStandIn implements QuarkusTestResourceLifecycleManager {

  static final List<X509Certificate> CALLERS = new CopyOnWriteArrayList<>();

  /** What it was told at {@code /v1/evictions}, whether it took it or not. */
  static final List<String> TOLD = new CopyOnWriteArrayList<>();

  private static volatile boolean listening;
  private static volatile int status = 503;
  private static volatile String answer = "";

  private final HttpsServer server;

  public KeyManagementStandIn() {
    this(TelemetryServers.bed().serviceCa());
  }

  KeyManagementStandIn(LocalCa authority) {
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(new MutualTls(context(authority)));
      server.createContext(
          "/v1/data-keys",
          exchange -> {
            CALLERS.add(
                (X509Certificate)
                    ((HttpsExchange) exchange).getSSLSession().getPeerCertificates()[0]);
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      server.createContext(
          "/v1/evictions",
          exchange -> {
            TOLD.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(listening ? 204 : 503, -1);
            exchange.close();
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS here", e);
    }
  }

  static void answer(int withStatus, String body) {
    status = withStatus;
    answer = body;
  }

  /** Whether it takes what it is told from now on. */
  static void listen(boolean now) {
    listening = now;
  }

  String url() {
    return "https://localhost:" + server.getAddress().getPort();
  }

  @Override
  public Map<String, String> start() {
    server.start();
    return Map.of("pulsewarden.keys.url", url());
  }

  @Override
  public void stop() {
    server.stop(0);
  }

  private static SSLContext context(LocalCa authority)
      throws GeneralSecurityException, IOException {
    IssuedCertificate own =
        authority.issueService("key-management-service", ServiceTestBed.TRUST_DOMAIN);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, new char[0]);
    keys.setKeyEntry(
        "own", own.privateKey(), new char[0], own.chain().toArray(new X509Certificate[0]));
    keys.setCertificateEntry("ca", TelemetryServers.bed().serviceCa().certificate());
    KeyManagerFactory mine = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    mine.init(keys, new char[0]);
    TrustManagerFactory theirs =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    theirs.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(mine.getKeyManagers(), theirs.getTrustManagers(), null);
    return context;
  }

  private static final class MutualTls extends HttpsConfigurator {

    MutualTls(SSLContext context) {
      super(context);
    }

    @Override
    public void configure(HttpsParameters parameters) {
      SSLParameters required = getSSLContext().getDefaultSSLParameters();
      required.setNeedClientAuth(true);
      parameters.setSSLParameters(required);
    }
  }
}
