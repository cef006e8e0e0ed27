package io.pulsewarden.registry.ca;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * As much of Vault as the registry uses: a PKI engine that signs by itself ({@link StandInPki}), a
 * login by AppRole, a policy for the service, a seal; and bad days on demand. Error bodies quote
 * the request, so that a test sees one that is logged.
 */
final class PkiStandIn implements AutoCloseable {

  /** May do all. */
  static final String ROOT = "hvs.root-canary-token";

  static final String ROLE_ID = "role-canary-1";
  static final String SECRET_ID = "secret-canary-1";

  /** What a policy says that docs/vault.md shows. */
  private static final List<Pattern> POLICY =
      List.of(
          Pattern.compile("GET [\\w-]+/(issuers|config/issuers|issuer/[\\w-]+)"),
          Pattern.compile("POST [\\w-]+/roles/device-[\\w-]+"),
          Pattern.compile("POST [\\w-]+/issuer/[\\w-]+/sign/device-[\\w-]+"),
          Pattern.compile("POST [\\w-]+/issuer/[\\w-]+/(sign-verbatim|sign-revocation-list)"));

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** What Vault says. */
  record Answer(int status, @Nullable ObjectNode body) {

    static Answer data(ObjectNode data) {
      return new Answer(200, (ObjectNode) JSON.createObjectNode().set("data", data));
    }

    static Answer error(int status, String message) {
      ObjectNode body = JSON.createObjectNode();
      body.putArray("errors").add(message);
      return new Answer(status, body);
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Clock clock;
  private final Map<String, StandInPki> mounts = new HashMap<>();
  private final Map<String, Boolean> tokens = new HashMap<>();
  private final Deque<Integer> bad = new ArrayDeque<>();
  private boolean sealed;
  private @Nullable CountDownLatch holding;

  private PkiStandIn(HttpServer server, Clock clock) {
    this.server = server;
    this.clock = clock;
    tokens.put(ROOT, true);
    server.setExecutor(threads);
    server.createContext("/v1/", this::handle);
    server.start();
  }

  static PkiStandIn start(Clock clock) throws IOException {
    return new PkiStandIn(
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), clock);
  }

  URI url() {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  synchronized void seal(boolean seal) {
    sealed = seal;
  }

  /** The next requests to an engine are answered by these statuses. */
  synchronized void failNext(Integer... statuses) {
    bad.addAll(List.of(statuses));
  }

  /** No answer before that. */
  synchronized void holdAnswers(CountDownLatch until) {
    holding = until;
  }

  /** As a Vault would that was restored from an older snapshot. */
  synchronized void forgetRoles() {
    mounts.values().forEach(StandInPki::forgetRoles);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] in = exchange.getRequestBody().readAllBytes();
      await();
      Answer answer = answer(exchange, in);
      byte[] out = answer.body() == null ? new byte[0] : JSON.writeValueAsBytes(answer.body());
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), out.length == 0 ? -1 : out.length);
      exchange.getResponseBody().write(out);
    }
  }

  private void await() {
    CountDownLatch latch;
    synchronized (this) {
      latch = holding;
    }
    try {
      if (latch != null) {
        latch.await();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Answer answer(HttpExchange exchange, byte[] in) throws IOException {
    String path = exchange.getRequestURI().getPath().substring("/v1/".length());
    String method = exchange.getRequestMethod().equals("GET") ? "GET" : "POST";
    String quoted = new String(in, StandardCharsets.UTF_8);
    String shown = String.valueOf(exchange.getRequestHeaders().getFirst("X-Vault-Token"));
    if (path.equals("sys/unseal") && shown.equals(ROOT)) {
      sealed = false;
      return new Answer(204, null);
    }
    if (sealed) {
      return Answer.error(503, "Vault is sealed, and was asked " + quoted);
    }
    JsonNode body = in.length == 0 ? JSON.createObjectNode() : JSON.readTree(in);
    if (path.equals("auth/approle/login")) {
      return logIn(body);
    }
    Boolean root = tokens.get(shown);
    if (root == null) {
      return Answer.error(403, "permission denied; bad token " + shown);
    }
    if (path.equals("auth/token/lookup-self")) {
      return Answer.data(JSON.createObjectNode().put("ttl", 1));
    }
    if (!root && POLICY.stream().noneMatch(rule -> rule.matcher(method + " " + path).matches())) {
      return Answer.error(403, "1 error occurred: permission denied");
    }
    return path.startsWith("sys/") ? system(path, body) : engine(method, path, body, quoted);
  }

  private Answer engine(String method, String path, JsonNode body, String quoted) {
    int slash = path.indexOf('/');
    StandInPki pki = mounts.get(path.substring(0, slash));
    if (pki == null) {
      return Answer.error(404, "no handler for route \"" + path + "\". route entry not found.");
    }
    Integer failing = bad.poll();
    if (failing != null) {
      return Answer.error(failing, "told to fail; was asked " + quoted);
    }
    return pki.answer(method, path.substring(slash + 1), body);
  }

  private Answer system(String path, JsonNode body) {
    String rest = path.substring("sys/".length());
    if (rest.equals("seal")) {
      sealed = true;
    } else if (rest.startsWith("mounts/") && body.path("type").asText().equals("pki")) {
      mounts.put(rest.substring("mounts/".length()), new StandInPki(clock));
    }
    return new Answer(204, null);
  }

  private Answer logIn(JsonNode body) {
    if (!body.path("role_id").asText().equals(ROLE_ID)
        || !body.path("secret_id").asText().equals(SECRET_ID)) {
      return Answer.error(400, "invalid role or secret ID: " + body);
    }
    String token = "hvs.canary-" + UUID.randomUUID();
    tokens.put(token, false);
    ObjectNode answer =
        JSON.createObjectNode()
            .put("lease_id", "")
            .put("renewable", false)
            .put("lease_duration", 0);
    answer
        .putObject("auth")
        .put("client_token", token)
        .put("lease_duration", 3600)
        .put("renewable", true)
        .putArray("policies");
    return new Answer(200, answer);
  }

  /** Everything that must be seen nowhere. */
  static List<String> canaries() {
    return List.of(ROOT, "hvs.canary", ROLE_ID, SECRET_ID, "BEGIN CERTIFICATE", "errors");
  }

  @Override
  public synchronized void close() {
    if (!threads.isShutdown()) {
      server.stop(0);
      threads.shutdownNow();
    }
  }
}
