package io.pulsewarden.logverifier;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/**
 * A witness over HTTP or HTTPS. Nothing here is secret, and everything is signed: TLS is for those
 * who want to know whom they ask.
 */
public final class WitnessServer implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(WitnessServer.class.getName());
  private static final String LATEST = "/checkpoint/";
  private static final int MAX_REQUEST = 64 * 1024;

  private final Witness witness;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private WitnessServer(Witness witness, HttpServer server) {
    this.witness = witness;
    this.server = server;
  }

  /**
   * Listens at once; port 0 takes a free one.
   *
   * @param tls for HTTPS; empty for HTTP
   */
  public static WitnessServer start(
      Witness witness, InetSocketAddress address, Optional<SSLContext> tls) throws IOException {
    WitnessServer started = new WitnessServer(witness, server(address, tls));
    started.server.createContext("/add-checkpoint", started::handle);
    started.server.createContext(LATEST, started::show);
    started.server.setExecutor(started.threads);
    started.server.start();
    return started;
  }

  private static HttpServer server(InetSocketAddress address, Optional<SSLContext> tls)
      throws IOException {
    if (tls.isEmpty()) {
      return HttpServer.create(address, 0);
    }
    HttpsServer server = HttpsServer.create(address, 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls.get()));
    return server;
  }

  /** Where it listens. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      answer(exchange);
    } catch (IOException | GeneralSecurityException failed) {
      LOG.log(System.Logger.Level.ERROR, "checkpoint not witnessed", failed);
      exchange.sendResponseHeaders(500, -1);
    }
  }

  private void show(HttpExchange exchange) throws IOException {
    try (exchange) {
      String log = exchange.getRequestURI().getPath().substring(LATEST.length());
      Optional<byte[]> latest = witness.latest(log);
      if (latest.isEmpty() || !exchange.getRequestMethod().equals("GET")) {
        exchange.sendResponseHeaders(latest.isEmpty() ? 404 : 405, -1);
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(200, latest.get().length);
      exchange.getResponseBody().write(latest.get());
    }
  }

  private void answer(HttpExchange exchange) throws IOException, GeneralSecurityException {
    if (!exchange.getRequestURI().getPath().equals("/add-checkpoint")) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      exchange.sendResponseHeaders(405, -1);
      return;
    }
    byte[] body = exchange.getRequestBody().readNBytes(MAX_REQUEST + 1);
    if (body.length > MAX_REQUEST) {
      exchange.sendResponseHeaders(413, -1);
      return;
    }
    Witness.Answer answer = witness.addCheckpoint(body);
    byte[] text = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", answer.contentType());
    exchange.sendResponseHeaders(answer.status(), text.length);
    exchange.getResponseBody().write(text);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
