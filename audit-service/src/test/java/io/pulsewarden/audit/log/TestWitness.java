package io.pulsewarden.audit.log;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.pulsewarden.logverifier.VerifierKey;
import io.pulsewarden.logverifier.Witness;
import io.pulsewarden.logverifier.WitnessAnswers;
import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.platform.certificates.LocalCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A witness over HTTPS on a port of its own: ours, a slow one, or one that lies. */
final class TestWitness implements AutoCloseable {

  private final String name;
  private final String key;
  private final SSLContext tls;
  private final HttpHandler handler;
  private final HttpHandler latest;
  private final List<Integer> answers = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final int port;
  private HttpsServer server;

  /** What it says: a status and a body. */
  record Said(int status, String body) {}

  /** How it comes to say it. */
  interface Conduct {
    Said answer(String request) throws Exception;
  }

  private TestWitness(String name, String key, SSLContext tls, Conduct conduct) throws IOException {
    this(name, key, tls, conduct, log -> new Said(404, ""));
  }

  private TestWitness(String name, String key, SSLContext tls, Conduct conduct, Conduct shows)
      throws IOException {
    this.name = name;
    this.key = key;
    this.tls = tls;
    this.handler = exchange -> answer(exchange, conduct);
    this.latest =
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          say(exchange, shows, path.substring(path.lastIndexOf('/') + 1));
        };
    this.server = listen(0);
    this.port = server.getAddress().getPort();
  }

  /** The one of log-verifier. */
  static TestWitness ours(Path folder, LocalCa ca, String name, String logKey) throws Exception {
    Witness witness =
        Witness.open(
            "w.example/" + name,
            folder.resolve("witness-" + name),
            List.of(VerifierKey.parse(logKey)),
            Clock.systemUTC());
    return new TestWitness(
        name,
        witness.verifierKey(),
        context(ca),
        request -> {
          WitnessAnswers.Said said = WitnessAnswers.of(witness, request);
          return new Said(said.status(), said.body());
        },
        log -> {
          WitnessAnswers.Said said = WitnessAnswers.latest(witness, log);
          return new Said(said.status(), said.body());
        });
  }

  /** One that says that it has cosigned more, and shows this for it. */
  static TestWitness accusing(Path folder, LocalCa ca, String name, String shown) throws Exception {
    return new TestWitness(
        name,
        stranger(folder, name).verifierKey(),
        context(ca),
        request -> new Said(409, "1000000\n"),
        log -> new Said(200, shown));
  }

  /** One that does not answer before the latch says so. */
  static TestWitness faulty(Path folder, LocalCa ca, String name, CountDownLatch until)
      throws Exception {
    return new TestWitness(
        name,
        stranger(folder, name).verifierKey(),
        context(ca),
        request -> {
          until.await();
          return new Said(503, "");
        });
  }

  /** One that says yes and does not mean it. */
  static TestWitness lying(Path folder, LocalCa ca, String kind) throws Exception {
    Witness own = stranger(folder, kind);
    return new TestWitness(
        kind,
        own.verifierKey(),
        context(ca),
        request ->
            switch (kind) {
              case "another-key" -> {
                // The same name, so that the line looks like the witness's own.
                Path others = folder.resolve("others");
                var _ = stranger(others, kind);
                yield new Said(200, cosigned(others, kind, note(request)));
              }
              case "another-tree" ->
                  new Said(
                      200, cosigned(folder, kind, note(request).replace("\n300\n", "\n301\n")));
              case "nothing" -> new Said(200, "");
              case "endless" -> new Said(200, "x".repeat(1 << 20));
              case "conflict-for-ever" ->
                  new Said(409, request.startsWith("old 0\n") ? "1\n" : "0\n");
              case "conflict-without-size" -> new Said(409, "soon\n");
              default -> new Said(500, "");
            });
  }

  private static Witness stranger(Path folder, String name) throws Exception {
    return Witness.open(
        "w.example/" + name, folder.resolve("stranger-" + name), List.of(), Clock.systemUTC());
  }

  private static String cosigned(Path folder, String name, String note) throws Exception {
    return WitnessAnswers.cosign("w.example/" + name, folder.resolve("stranger-" + name), note);
  }

  private static String note(String request) {
    return request.substring(request.indexOf("\n\n") + 2);
  }

  String name() {
    return name;
  }

  String key() {
    return key;
  }

  URI url() {
    return URI.create("https://localhost:" + port);
  }

  /** The statuses it gave. */
  List<Integer> answers() {
    return answers;
  }

  void stop() {
    server.stop(0);
  }

  /** On the same port. */
  void restart() throws IOException {
    server = listen(port);
  }

  private HttpsServer listen(int where) throws IOException {
    HttpsServer listening =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), where), 0);
    listening.setHttpsConfigurator(new HttpsConfigurator(tls));
    listening.setExecutor(threads);
    listening.createContext("/add-checkpoint", handler);
    listening.createContext("/checkpoint/", latest);
    listening.start();
    return listening;
  }

  private void answer(HttpExchange exchange, Conduct conduct) throws IOException {
    String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    say(
        exchange,
        asked -> {
          Said said = conduct.answer(asked);
          answers.add(said.status());
          return said;
        },
        request);
  }

  private static void say(HttpExchange exchange, Conduct conduct, String request)
      throws IOException {
    try (exchange) {
      Said said = conduct.answer(request);
      byte[] body = said.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(said.status(), body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    } catch (IOException failed) {
      throw failed;
    } catch (Exception failed) {
      throw new IOException(failed);
    }
  }

  private static SSLContext context(LocalCa ca) throws Exception {
    IssuedCertificate own = ca.issueEdge("witness");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, new char[0]);
    store.setKeyEntry(
        "own", own.privateKey(), new char[0], own.chain().toArray(X509Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
