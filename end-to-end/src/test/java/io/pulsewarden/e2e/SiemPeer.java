package io.pulsewarden.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.certificates.Pem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A SIEM's receiver over HTTPS. */
final class SiemPeer implements AutoCloseable {

  static final Pattern SEQUENCE = Pattern.compile("\"sequence\":(\\d+)}");
  private static final String TOKEN = "a-token";

  private final List<Long> sequences = Collections.synchronizedList(new ArrayList<>());
  private final HttpsServer server;
  private final Path folder;

  private SiemPeer(Path folder, HttpsServer server) {
    this.folder = folder;
    this.server = server;
  }

  static SiemPeer start(Path folder) throws IOException {
    LocalCa ca = LocalCa.create("siem");
    Pem.writeCertificates(folder.resolve("siem-ca.crt"), List.of(ca.certificate()));
    Files.writeString(folder.resolve("token"), TOKEN);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls(ca.issueEdge("siem"))));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    SiemPeer peer = new SiemPeer(folder, server);
    server.createContext("/events", peer::take);
    server.start();
    return peer;
  }

  /** Of audit-service. */
  Map<String, String> settings() {
    String prefix = "pulsewarden.siem.destinations.https.";
    return Map.of(
        prefix + "url", "https://localhost:" + server.getAddress().getPort() + "/events",
        prefix + "ca", folder.resolve("siem-ca.crt").toString(),
        prefix + "token-file", folder.resolve("token").toString());
  }

  /** Places in the log of what came, in order, repetitions too. */
  List<Long> sequences() {
    synchronized (sequences) {
      return List.copyOf(sequences);
    }
  }

  private void take(HttpExchange request) throws IOException {
    String body = new String(request.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    boolean known =
        ("Bearer " + TOKEN).equals(request.getRequestHeaders().getFirst("Authorization"));
    if (known) {
      Matcher lines = SEQUENCE.matcher(body);
      while (lines.find()) {
        sequences.add(Long.parseLong(lines.group(1)));
      }
    }
    request.sendResponseHeaders(known ? 202 : 401, -1);
    request.close();
  }

  private static SSLContext tls(IssuedCertificate own) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "own", own.privateKey(), new char[0], own.chain().toArray(Certificate[]::new));
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException unusable) {
      throw new IllegalStateException(unusable);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
