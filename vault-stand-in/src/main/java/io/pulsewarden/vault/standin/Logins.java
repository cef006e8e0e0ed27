package io.pulsewarden.vault.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import io.pulsewarden.vault.standin.Tokens.Grant;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Auth methods that are enabled, their roles, and who may log in by them. */
final class Logins {

  private static final Pattern ROLE =
      Pattern.compile("auth/approle/role/([\\w-]+)(?:/(role-id|secret-id))?");
  private static final int WRONG = 400;
  private static final int NO_ROUTE = 404;

  /** An AppRole. */
  private static final class Role {
    final String id = "role-canary-" + UUID.randomUUID();
    final Set<String> secrets = new HashSet<>();
    final Grant grant;

    Role(Grant grant) {
      this.grant = grant;
    }
  }

  private final Tokens tokens;
  private final Set<String> enabled = new HashSet<>();
  private final Map<String, Role> roles = new HashMap<>();
  private final Map<String, Grant> pods = new HashMap<>();
  private @Nullable Grant certificates;

  Logins(Tokens tokens) {
    this.tokens = tokens;
  }

  void enable(String mount) {
    enabled.add(mount);
  }

  /** For what docs/vault.md has no commands. */
  void allowPods(String role, List<String> policies) {
    enable("kubernetes");
    pods.put(role, anHour(policies));
  }

  /** The same. */
  void allowCertificates(List<String> policies) {
    enable("cert");
    certificates = anHour(policies);
  }

  private static Grant anHour(List<String> policies) {
    return new Grant(policies, Duration.ofHours(1), Duration.ofHours(24));
  }

  /** An operator's work on roles. */
  Answer administer(String method, String path, JsonNode body) {
    Matcher named = ROLE.matcher(path);
    if (!named.matches() || !enabled.contains("approle")) {
      return Answer.error(
          NO_ROUTE, "no handler for route \"" + path + "\". route entry not found.");
    }
    String name = named.group(1);
    String part = named.group(2);
    if (part == null) {
      roles.put(
          name,
          new Role(
              new Grant(
                  List.of(body.path("token_policies").asText().split(",", -1)),
                  Durations.of(body.path("token_ttl").asText()),
                  Durations.of(body.path("token_max_ttl").asText()))));
      return Answer.done();
    }
    Role role = roles.get(name);
    if (role == null) {
      return Answer.absent();
    }
    ObjectNode data = Answer.JSON.createObjectNode();
    if (part.equals("role-id")) {
      return Answer.data(data.put("role_id", role.id));
    }
    if (method.equals("GET")) {
      return Answer.error(405, "unsupported operation");
    }
    String secret = "secret-canary-" + UUID.randomUUID();
    role.secrets.add(secret);
    return Answer.data(data.put("secret_id", secret));
  }

  /** The token, for who may have one. */
  Answer logIn(String path, JsonNode body, HttpExchange exchange) {
    String mount = path.substring("auth/".length(), path.length() - "/login".length());
    if (!enabled.contains(mount)) {
      return Answer.error(
          NO_ROUTE, "no handler for route \"" + path + "\". route entry not found.");
    }
    Grant grant =
        switch (mount) {
          case "approle" -> byRole(body.path("role_id").asText(), body.path("secret_id").asText());
          case "kubernetes" ->
              body.path("jwt").asText().equals(VaultStandIn.JWT)
                  ? pods.get(body.path("role").asText())
                  : null;
          default -> showsCertificate(exchange) ? certificates : null;
        };
    return grant == null
        ? Answer.error(WRONG, "invalid role or secret ID: " + body)
        : tokens.create(grant);
  }

  private @Nullable Grant byRole(String id, String secret) {
    return roles.values().stream()
        .filter(role -> role.id.equals(id) && role.secrets.contains(secret))
        .map(role -> role.grant)
        .findFirst()
        .orElse(null);
  }

  private static boolean showsCertificate(HttpExchange exchange) {
    try {
      return exchange instanceof HttpsExchange tls
          && tls.getSSLSession().getPeerCertificates().length > 0;
    } catch (SSLPeerUnverifiedException none) {
      return false;
    }
  }
}
