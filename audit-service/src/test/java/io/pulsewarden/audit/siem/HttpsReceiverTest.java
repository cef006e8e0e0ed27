package io.pulsewarden.audit.siem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.pulsewarden.platform.certificates.LocalCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpsReceiverTest {

  private static final Pattern SEQUENCE = Pattern.compile("\"sequence\":(\\d+)}");

  @TempDir private Path folder;
  private final List<Integer> received = new CopyOnWriteArrayList<>();
  private final List<String> tokens = new CopyOnWriteArrayList<>();
  // What goes wrong with the next requests, one each; then all is well.
  private final ConcurrentLinkedQueue<Fault> faults = new ConcurrentLinkedQueue<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private HttpsServer server;

  /** How a receiver fails. */
  private enum Fault {
    REFUSES,
    CUTS_BEFORE,
    CUTS_AFTER,
    REDIRECTS,
    IS_SILENT
  }

  HttpsReceiverTest() throws IOException {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void start() throws IOException {
    LocalCa ca = LocalCa.create("siem");
    ca.issueEdge("siem").writePem(folder, "siem");
    ca.issueService("audit-service", "test.example").writePem(folder, "client");
    LocalCa another = LocalCa.create("another");
    another.issueService("audit-service", "test.example").writePem(folder, "stranger");
    Files.writeString(folder.resolve("ca.crt"), pem(ca));
    SSLContext context = tls("siem").context();
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters strict = context.getDefaultSSLParameters();
            strict.setNeedClientAuth(true);
            parameters.setSSLParameters(strict);
          }
        });
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/events", this::take);
    server.start();
  }

  @AfterEach
  void stop() {
    over.countDown();
    server.stop(0);
  }

  @Test
  void shouldDeliverAllToAReceiverThatFailsInEachWay() throws Exception {
    // Given
    Files.writeString(folder.resolve("token"), "a-token\n");
    MemoryTail tail = MemoryTail.of(2000);
    faults.addAll(List.of(Fault.values()));

    // When
    try (StreamBed bed = new StreamBed(tail, () -> receiver("client"))) {
      await().atMost(StreamBed.SOON).until(() -> tail.cursor() == 2000);

      // Then each is there, and in order but for what came again
      assertThat(received.stream().distinct().toList())
          .isEqualTo(IntStream.range(0, 2000).boxed().toList());
      assertThat(bed.failures()).isGreaterThanOrEqualTo(Fault.values().length);
      assertThat(tokens).allMatch("Bearer a-token"::equals);
    }
  }

  @Test
  void shouldNotBeHeardWithoutItsCertificateOrToken() throws Exception {
    Files.writeString(folder.resolve("token"), "a-token");
    List<OcsfEvent> events = List.of(new OcsfEvent(0, "", 0, 0, 0, "{}"));

    assertThatThrownBy(() -> receiver("stranger").send(events)).isInstanceOf(IOException.class);
    Files.writeString(folder.resolve("token"), "two words");
    assertThatThrownBy(() -> receiver("client").send(events))
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("words");
    assertThat(received).isEmpty();
  }

  private void take(HttpExchange request) throws IOException {
    byte[] body = request.getRequestBody().readAllBytes();
    Fault fault = faults.poll();
    tokens.add(String.valueOf(request.getRequestHeaders().getFirst("Authorization")));
    if (fault == null || fault == Fault.CUTS_AFTER) {
      Matcher lines = SEQUENCE.matcher(new String(body, StandardCharsets.UTF_8));
      while (lines.find()) {
        received.add(Integer.parseInt(lines.group(1)));
      }
    }
    if (fault == null) {
      request.sendResponseHeaders(202, -1);
    } else {
      fail(request, fault);
    }
    request.close();
  }

  private void fail(HttpExchange request, Fault fault) throws IOException {
    switch (fault) {
      case REFUSES -> request.sendResponseHeaders(500, -1);
      case REDIRECTS -> {
        request.getResponseHeaders().set("Location", "/elsewhere");
        request.sendResponseHeaders(307, -1);
      }
      case CUTS_BEFORE, CUTS_AFTER -> throw new IOException("cut");
      case IS_SILENT -> awaitEnd();
    }
  }

  private void awaitEnd() {
    try {
      over.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpsReceiver receiver(String identity) {
    return new HttpsReceiver(
        URI.create("https://localhost:" + server.getAddress().getPort() + "/events"),
        tls(identity),
        Optional.of(folder.resolve("token")),
        Duration.ofSeconds(5));
  }

  private PemTls tls(String name) {
    return new PemTls(
        Optional.of(folder.resolve("ca.crt")),
        Optional.of(folder.resolve(name + ".crt")),
        Optional.of(folder.resolve(name + ".key")));
  }

  private static String pem(LocalCa ca) {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + java.util.Base64.getMimeEncoder().encodeToString(ca.certificate().getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (java.security.cert.CertificateEncodingException malformed) {
      throw new AssertionError(malformed);
    }
  }
}
