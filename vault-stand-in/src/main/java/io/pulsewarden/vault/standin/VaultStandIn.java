package io.pulsewarden.vault.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The server. It begins empty, as Vault does: a {@link VaultOperator} mounts engines, writes
 * policies and makes roles. Error bodies quote the request, so that a test sees one that is logged.
 */
public final class VaultStandIn implements AutoCloseable {

  /** May do all. */
  public static final String ROOT = "hvs.root-canary-token";

  /** A pod's token. */
  public static final String JWT = "jwt-canary";

  /** Beside Vault's own paths: holds all answers back, lets them go, says how many wait. */
  private static final String OWN = "stand-in/";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Tokens tokens;
  private final Logins logins;
  private final Clock clock;
  private final Map<String, Engine> mounts = new HashMap<>();
  private final Map<String, Policy> policies = new HashMap<>();
  private final Map<String, Integer> requests = new HashMap<>();
  private final Set<String> namespaces = new TreeSet<>();
  private final Deque<Integer> bad = new ArrayDeque<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private boolean sealed;
  private boolean renewalsForbidden;
  private volatile CountDownLatch holding = new CountDownLatch(0);

  private VaultStandIn(HttpServer server, Clock clock) {
    this.server = server;
    this.clock = clock;
    this.tokens = new Tokens(clock);
    this.logins = new Logins(tokens);
    server.setExecutor(threads);
    server.createContext("/v1/", this::handle);
    server.start();
  }

  /** On a free port of loopback, without TLS. */
  public static VaultStandIn start(Clock clock) throws IOException {
    return new VaultStandIn(HttpServer.create(loopback(), 0), clock);
  }

  /** The same by TLS; a client's certificate is taken and not asked for. */
  public static VaultStandIn startTls(Clock clock, SSLContext tls) throws IOException {
    HttpsServer server = HttpsServer.create(loopback(), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = tls.getDefaultSSLParameters();
            wanted.setWantClientAuth(true);
            parameters.setSSLParameters(wanted);
          }
        });
    return new VaultStandIn(server, clock);
  }

  public URI url() {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return URI.create(scheme + "://localhost:" + server.getAddress().getPort());
  }

  public synchronized void seal(boolean seal) {
    sealed = seal;
  }

  public synchronized void forbidRenewals() {
    renewalsForbidden = true;
  }

  public synchronized void revokeTokens() {
    tokens.revokeAll();
  }

  /** The next requests to an engine are answered by these statuses. */
  public synchronized void failNext(Integer... statuses) {
    bad.addAll(List.of(statuses));
  }

  /** No answer until {@link #release}. */
  public void hold() {
    holding = new CountDownLatch(1);
  }

  /** Answers what was held back. */
  public void release() {
    holding.countDown();
  }

  /** How often something was asked of Transit, such as {@code decrypt}; also logins, renewals. */
  public synchronized int requests(String kind) {
    return requests.getOrDefault(kind, 0);
  }

  /** Of all requests but root's; an empty one for those that named none. */
  public synchronized Set<String> namespaces() {
    return Set.copyOf(namespaces);
  }

  /** A key of the only Transit mount that has it. */
  public synchronized StandInKey key(String name) {
    return mounts.values().stream()
        .map(engine -> engine instanceof TransitEngine transit ? transit.key(name) : null)
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no such key"));
  }

  /** As a Vault would that was restored from a snapshot of before the key was made. */
  public synchronized void loseKey(String name) {
    for (Engine engine : mounts.values()) {
      if (engine instanceof TransitEngine transit) {
        transit.lose(name);
      }
    }
  }

  /** As a Vault would that was restored from an older snapshot. */
  public synchronized void forgetRoles() {
    for (Engine engine : mounts.values()) {
      if (engine instanceof PkiEngine pki) {
        pki.forgetRoles();
      }
    }
  }

  /** Pods log in with {@link #JWT}. */
  public synchronized void allowPods(String role, String policy) {
    logins.allowPods(role, List.of(policy));
  }

  /** Whoever shows a certificate that TLS takes logs in. */
  public synchronized void allowCertificates(String policy) {
    logins.allowCertificates(List.of(policy));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] in = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath().substring("/v1/".length());
      Answer answer =
          path.startsWith(OWN)
              ? own(path.substring(OWN.length()))
              : answerInTime(path, in, exchange);
      byte[] out =
          answer.body() == null ? new byte[0] : Answer.JSON.writeValueAsBytes(answer.body());
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), out.length == 0 ? -1 : out.length);
      exchange.getResponseBody().write(out);
    }
  }

  private Answer own(String what) {
    switch (what) {
      case "hold" -> hold();
      case "release" -> release();
      default -> {
        return Answer.data(Answer.JSON.createObjectNode().put("waiting", waiting.get()));
      }
    }
    return Answer.done();
  }

  private Answer answerInTime(String path, byte[] in, HttpExchange exchange) throws IOException {
    waiting.incrementAndGet();
    try {
      holding.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      waiting.decrementAndGet();
    }
    return answer(path, in, exchange);
  }

  private synchronized Answer answer(String path, byte[] in, HttpExchange exchange)
      throws IOException {
    String shown = String.valueOf(exchange.getRequestHeaders().getFirst("X-Vault-Token"));
    String namespace = exchange.getRequestHeaders().getFirst("X-Vault-Namespace");
    if (!shown.equals(ROOT)) {
      namespaces.add(namespace == null ? "" : namespace);
    }
    // Not by shares, as Vault has it.
    if (path.equals("sys/unseal") && shown.equals(ROOT)) {
      sealed = false;
      return Answer.done();
    }
    String quoted = new String(in, StandardCharsets.UTF_8);
    if (sealed) {
      return Answer.error(503, "Vault is sealed, and was asked " + quoted);
    }
    JsonNode body = in.length == 0 ? Answer.JSON.createObjectNode() : Answer.JSON.readTree(in);
    if (path.startsWith("auth/") && path.endsWith("/login")) {
      count("login");
      return logins.logIn(path, body, exchange);
    }
    Optional<Tokens.Token> token = tokens.find(shown);
    return token.isPresent()
        ? answer(token.get(), capability(exchange), path, body)
        : Answer.error(403, "permission denied; bad token " + shown);
  }

  /** As policies name it; reading a list needs another right than reading. */
  private static String capability(HttpExchange exchange) {
    String query = exchange.getRequestURI().getQuery();
    return switch (exchange.getRequestMethod()) {
      case "GET" -> query != null && query.contains("list=true") ? "list" : "read";
      case "DELETE" -> "delete";
      case "LIST" -> "list";
      default -> "update";
    };
  }

  private Answer answer(Tokens.Token token, String capability, String path, JsonNode body) {
    if (path.equals("auth/token/lookup-self")) {
      return Answer.data(Answer.JSON.createObjectNode().put("ttl", 1));
    }
    if (path.equals("auth/token/renew-self")) {
      count("renew");
      return renewalsForbidden ? Answer.error(403, "permission denied") : tokens.renew(token);
    }
    if (!token.isRoot() && !allowed(token, capability, path, body)) {
      return Answer.error(403, "1 error occurred: permission denied");
    }
    String method = capability.equals("read") || capability.equals("list") ? "GET" : "POST";
    if (path.startsWith("auth/")) {
      return logins.administer(method, path, body);
    }
    return path.startsWith("sys/")
        ? system(capability, path.substring("sys/".length()), body)
        : engine(method, path, body);
  }

  private boolean allowed(Tokens.Token token, String capability, String path, JsonNode body) {
    return token.grant().policies().stream()
        .map(policies::get)
        .filter(Objects::nonNull)
        .anyMatch(policy -> policy.allows(capability, path, body));
  }

  private Answer engine(String method, String path, JsonNode body) {
    int slash = path.indexOf('/');
    Engine engine = slash < 0 ? null : mounts.get(path.substring(0, slash));
    if (engine == null) {
      return Answer.error(404, "no handler for route \"" + path + "\". route entry not found.");
    }
    Integer failing = bad.poll();
    return failing == null
        ? engine.answer(method, path.substring(slash + 1), body)
        : Answer.error(failing, "told to fail; was asked " + body);
  }

  private Answer system(String capability, String path, JsonNode body) {
    String type = body.path("type").asText();
    if (path.equals("seal")) {
      sealed = true;
    } else if (path.startsWith("policies/acl/")) {
      policies.put(
          path.substring("policies/acl/".length()), new Policy(body.path("policy").asText()));
    } else if (path.startsWith("auth/")) {
      logins.enable(path.substring("auth/".length()));
    } else if (path.startsWith("mounts/") && capability.equals("delete")) {
      mounts.remove(path.substring("mounts/".length()));
    } else if (path.startsWith("mounts/") && !path.endsWith("/tune")) {
      Engine mounted = mounted(type);
      if (mounted == null) {
        return Answer.error(400, "plugin not found in the catalog: " + type);
      }
      mounts.put(path.substring("mounts/".length()), mounted);
    }
    return Answer.done();
  }

  private @Nullable Engine mounted(String type) {
    return switch (type) {
      case "transit" -> new TransitEngine(this::count);
      case "pki" -> new PkiEngine(clock);
      default -> null;
    };
  }

  private synchronized void count(String kind) {
    requests.merge(kind, 1, Integer::sum);
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Everything that must be seen nowhere. */
  public static List<String> canaries() {
    return List.of(ROOT, "hvs.canary", "role-canary", "secret-canary", JWT);
  }

  @Override
  public synchronized void close() {
    if (!threads.isShutdown()) {
      release();
      server.stop(0);
      threads.shutdownNow();
    }
  }
}
