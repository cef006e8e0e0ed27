package io.pulsewarden.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;

/** An HTTPS server on loopback that remembers what it was asked and answers from a script. */
public final class TestHttpsServer implements AutoCloseable {

  private final HttpsServer server;
  private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());

  public record Asked(String method, String path, String authorization, String type, String body) {}

  public record Answer(int status, String type, String body) {
    public static Answer json(int status, String body) {
      return new Answer(status, "application/json", body);
    }
  }

  @FunctionalInterface
  public interface Script {
    Answer answer(Asked asked);
  }

  public TestHttpsServer(TestAuthority authority, Script script)
      throws IOException, GeneralSecurityException {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(authority.serverContext(authority)));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> handle(exchange, script));
    server.start();
  }

  public URI uri() {
    return URI.create("https://localhost:" + server.getAddress().getPort());
  }

  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  private void handle(HttpExchange exchange, Script script) throws IOException {
    try (exchange) {
      Asked question =
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath(),
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
              String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
              new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      asked.add(question);
      Answer answer = script.answer(question);
      byte[] body = answer.body().getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
