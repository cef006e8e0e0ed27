package io.pulsewarden.keys.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * As much of Vault as we use: Transit with its own cryptography, logins by AppRole, Kubernetes and
 * certificate, tokens that end, the two policies of docs/vault.md, a seal; and bad days on demand.
 * What it answers is what Vault 1.x answers. Error bodies quote the request, so that a test sees
 * one that is logged.
 */
final class TransitStandIn implements AutoCloseable {

  /** May do all. */
  static final String ROOT = "hvs.root-canary-token";

  static final String MOUNT = "pulsewarden";
  static final String ROLE_ID = "role-canary-1";
  static final String SECRET_ID = "secret-canary-1";
  static final String TRIM_ROLE_ID = "role-canary-2";
  static final String TRIM_SECRET_ID = "secret-canary-2";
  static final String JWT = "jwt-canary";

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern KEY = Pattern.compile("keys/([\\w.-]+)(?:/(rotate|config|trim))?");
  private static final Pattern WORK = Pattern.compile("(encrypt|decrypt|rewrap)/([\\w.-]+)");

  private enum Policy {
    SERVICE,
    TRIM,
    ROOT
  }

  private record Token(Policy policy, Instant endsAt) {}

  private record Answer(int status, @Nullable ObjectNode body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Clock clock;
  private final Map<String, Token> tokens = new HashMap<>();
  private final Map<String, StandInKey> keys = new HashMap<>();
  private final Map<String, Integer> requests = new HashMap<>();
  private final Set<String> namespaces = new TreeSet<>();
  private final Map<Policy, DocumentedPolicy> policies =
      Map.of(
          Policy.SERVICE, new DocumentedPolicy("pulsewarden-keys.hcl"),
          Policy.TRIM, new DocumentedPolicy("pulsewarden-trim.hcl"));
  private final Deque<Integer> bad = new ArrayDeque<>();
  private boolean sealed;
  private boolean renewalsForbidden;
  private @Nullable CountDownLatch holding;
  private Duration tokenLife = Duration.ofHours(1);

  private TransitStandIn(HttpServer server, Clock clock) {
    this.server = server;
    this.clock = clock;
    tokens.put(ROOT, new Token(Policy.ROOT, Instant.MAX));
    server.setExecutor(threads);
    server.createContext("/v1/", this::handle);
    server.start();
  }

  static TransitStandIn start(Clock clock) throws IOException {
    return new TransitStandIn(HttpServer.create(loopback(), 0), clock);
  }

  static TransitStandIn startTls(Clock clock, SSLContext tls) throws IOException {
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
    return new TransitStandIn(server, clock);
  }

  URI url() {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return URI.create(scheme + "://localhost:" + server.getAddress().getPort());
  }

  synchronized void seal(boolean seal) {
    sealed = seal;
  }

  synchronized void forbidRenewals() {
    renewalsForbidden = true;
  }

  synchronized void revokeTokens() {
    tokens.keySet().retainAll(List.of(ROOT));
  }

  synchronized void tokensLive(Duration life) {
    tokenLife = life;
  }

  /** The next requests of Transit are answered by these statuses. */
  synchronized void failNext(Integer... statuses) {
    bad.addAll(List.of(statuses));
  }

  /** No answer before that. */
  synchronized void holdAnswers(CountDownLatch until) {
    holding = until;
  }

  /** How often a path without the mount's name was asked, such as {@code decrypt}. */
  synchronized int requests(String kind) {
    return requests.getOrDefault(kind, 0);
  }

  /** Of all requests; an empty one for those that named none. */
  synchronized Set<String> namespaces() {
    return Set.copyOf(namespaces);
  }

  /** What an operator of Vault could do by mistake. */
  synchronized StandInKey key(String name) {
    return java.util.Objects.requireNonNull(keys.get(name), "no such key");
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
    String quoted = new String(in, StandardCharsets.UTF_8);
    String namespace = exchange.getRequestHeaders().getFirst("X-Vault-Namespace");
    namespaces.add(namespace == null ? "" : namespace);
    if (sealed) {
      return error(503, "Vault is sealed, and was asked " + quoted);
    }
    JsonNode body = in.length == 0 ? JSON.createObjectNode() : JSON.readTree(in);
    if (path.startsWith("auth/") && path.endsWith("/login")) {
      return logIn(path, body, exchange);
    }
    String shown = exchange.getRequestHeaders().getFirst("X-Vault-Token");
    Token token = tokens.get(String.valueOf(shown));
    if (token == null || !clock.instant().isBefore(token.endsAt())) {
      return error(403, "permission denied; bad token " + shown);
    }
    if (path.equals("auth/token/lookup-self")) {
      return new Answer(
          200,
          (ObjectNode) JSON.createObjectNode().set("data", JSON.createObjectNode().put("ttl", 1)));
    }
    if (path.equals("auth/token/renew-self")) {
      count("renew");
      if (renewalsForbidden) {
        return error(403, "permission denied");
      }
      tokens.put(String.valueOf(shown), new Token(token.policy(), clock.instant().plus(tokenLife)));
      return auth(String.valueOf(shown));
    }
    if (!path.startsWith(MOUNT + "/")) {
      return error(404, "no handler for route \"" + path + "\". route entry not found.");
    }
    Integer failing = bad.poll();
    if (failing != null) {
      return error(failing, "told to fail; was asked " + quoted);
    }
    return transit(
        exchange.getRequestMethod(), path.substring(MOUNT.length() + 1), body, token.policy());
  }

  private Answer logIn(String path, JsonNode body, HttpExchange exchange) {
    count("login");
    Policy policy =
        switch (path) {
          case "auth/approle/login" ->
              byRole(body.path("role_id").asText(), body.path("secret_id").asText());
          case "auth/kubernetes/login" ->
              body.path("role").asText().equals("key-management")
                      && body.path("jwt").asText().equals(JWT)
                  ? Policy.SERVICE
                  : null;
          case "auth/cert/login" -> showsCertificate(exchange) ? Policy.SERVICE : null;
          default -> null;
        };
    if (policy == null) {
      return error(400, "invalid role or secret ID: " + body);
    }
    String token = "hvs.canary-" + UUID.randomUUID();
    tokens.put(token, new Token(policy, clock.instant().plus(tokenLife)));
    return auth(token);
  }

  private static @Nullable Policy byRole(String role, String secret) {
    if (role.equals(ROLE_ID) && secret.equals(SECRET_ID)) {
      return Policy.SERVICE;
    }
    return role.equals(TRIM_ROLE_ID) && secret.equals(TRIM_SECRET_ID) ? Policy.TRIM : null;
  }

  private static boolean showsCertificate(HttpExchange exchange) {
    try {
      return exchange instanceof HttpsExchange tls
          && tls.getSSLSession().getPeerCertificates().length > 0;
    } catch (SSLPeerUnverifiedException none) {
      return false;
    }
  }

  private Answer auth(String token) {
    ObjectNode answer =
        JSON.createObjectNode()
            .put("lease_id", "")
            .put("renewable", false)
            .put("lease_duration", 0);
    answer
        .putObject("auth")
        .put("client_token", token)
        .put("lease_duration", tokenLife.toSeconds())
        .put("renewable", true)
        .putArray("policies");
    return new Answer(200, answer);
  }

  private Answer transit(String method, String path, JsonNode body, Policy policy) {
    DocumentedPolicy documented = policies.get(policy);
    if (documented != null && !documented.allows(method, MOUNT + "/" + path, body)) {
      return error(403, "1 error occurred: permission denied");
    }
    Matcher key = KEY.matcher(path);
    if (key.matches()) {
      String action = key.group(2);
      count(action == null ? "keys" : action);
      return keys(method, key.group(1), action, body);
    }
    Matcher work = WORK.matcher(path);
    if (work.matches()) {
      count(work.group(1));
      return batch(work.group(1), work.group(2), body);
    }
    return error(404, "unsupported path");
  }

  private Answer keys(String method, String name, @Nullable String action, JsonNode body) {
    StandInKey key = keys.get(name);
    if (action == null) {
      if (method.equals("GET")) {
        return key == null ? new Answer(404, errors()) : described(key);
      }
      if (key == null) {
        keys.put(name, new StandInKey());
      }
      return described(key(name));
    }
    if (key == null) {
      return error(400, "no existing key named " + name + " could be found");
    }
    switch (action) {
      case "rotate" -> key.rotate();
      case "config" -> {
        int decryption = body.path("min_decryption_version").asInt(key.minDecryption);
        int encryption = body.path("min_encryption_version").asInt(key.minEncryption);
        if (decryption > key.latest() || encryption > key.latest()) {
          return error(400, "cannot set min version greater than the latest version");
        }
        if (decryption < key.minAvailable) {
          return error(
              400, "cannot set min decryption version below the minimum available version");
        }
        key.minDecryption = decryption;
        key.minEncryption = encryption;
      }
      default -> {
        int minimum = body.path("min_available_version").asInt();
        if (minimum < key.minAvailable) {
          return error(400, "minimum available version cannot be decremented");
        }
        if (key.minEncryption == 0 || minimum > key.minEncryption || minimum > key.minDecryption) {
          return error(400, "minimum available version cannot be greater than the others");
        }
        key.trim(minimum);
      }
    }
    return described(key);
  }

  private static Answer described(StandInKey key) {
    ObjectNode answer = JSON.createObjectNode();
    answer
        .putObject("data")
        .put("type", "aes256-gcm96")
        .put("latest_version", key.latest())
        .put("min_decryption_version", key.minDecryption)
        .put("min_encryption_version", key.minEncryption)
        .put("min_available_version", key.minAvailable);
    return new Answer(200, answer);
  }

  private Answer batch(String kind, String name, JsonNode body) {
    StandInKey key = keys.get(name);
    if (key == null) {
      return kind.equals("encrypt")
          ? error(403, "permission denied: making keys by encrypting is not allowed")
          : error(400, "encryption key not found");
    }
    JsonNode items = body.path("batch_input");
    if (!items.isArray() || items.isEmpty()) {
      return error(400, "missing batch input to process");
    }
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode results = answer.putObject("data").putArray("batch_results");
    int failed = 0;
    for (JsonNode item : items) {
      ObjectNode result = results.addObject();
      try {
        work(kind, key, item, result);
      } catch (StandInKey.Refused | IllegalArgumentException refused) {
        result.put("error", String.valueOf(refused.getMessage()));
        failed++;
      } catch (GeneralSecurityException broken) {
        return error(500, "internal error");
      }
    }
    boolean partial = failed < items.size() && body.has("partial_failure_response_code");
    int status = partial ? body.path("partial_failure_response_code").asInt() : 400;
    return new Answer(failed == 0 ? 200 : status, answer);
  }

  private static void work(String kind, StandInKey key, JsonNode item, ObjectNode result)
      throws StandInKey.Refused, GeneralSecurityException {
    byte[] associated = Base64.getDecoder().decode(item.path("associated_data").asText());
    switch (kind) {
      case "encrypt" ->
          result
              .put("ciphertext", key.encrypt(decoded(item, "plaintext"), associated))
              .put("key_version", key.latest());
      case "decrypt" ->
          result.put(
              "plaintext",
              Base64.getEncoder()
                  .encodeToString(key.decrypt(item.path("ciphertext").asText(), associated)));
      // Transit's rewrap knows no associated data: what is bound to some does not open.
      default ->
          result.put(
              "ciphertext",
              key.encrypt(key.decrypt(item.path("ciphertext").asText(), new byte[0]), new byte[0]));
    }
  }

  private static byte[] decoded(JsonNode item, String field) {
    return Base64.getDecoder().decode(item.path(field).asText());
  }

  private void count(String kind) {
    requests.merge(kind, 1, Integer::sum);
  }

  private static Answer error(int status, String message) {
    ObjectNode body = errors();
    body.withArray("errors").add(message);
    return new Answer(status, body);
  }

  private static ObjectNode errors() {
    ObjectNode body = JSON.createObjectNode();
    body.putArray("errors");
    return body;
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Everything that must be seen nowhere. */
  static List<String> canaries() {
    return new ArrayList<>(
        List.of(ROOT, "hvs.canary", ROLE_ID, SECRET_ID, TRIM_ROLE_ID, TRIM_SECRET_ID, JWT));
  }

  @Override
  public synchronized void close() {
    if (!threads.isShutdown()) {
      server.stop(0);
      threads.shutdownNow();
    }
  }
}
