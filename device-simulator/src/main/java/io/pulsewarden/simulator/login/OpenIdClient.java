package io.pulsewarden.simulator.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.simulator.endpoints.HttpRefusal;
import io.pulsewarden.simulator.endpoints.JsonHttp;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Asks an OpenID provider for tokens (RFC 6749, RFC 8628) as the public command-line client. */
public final class OpenIdClient {

  private static final String CLIENT_ID = "pulsewarden-cli";
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final JsonHttp http;
  private final URI discovery;

  /** Asks nothing yet. */
  public OpenIdClient(JsonHttp http, URI issuer) {
    this.http = http;
    this.discovery = URI.create(issuer + "/.well-known/openid-configuration");
  }

  /** Tokens for a user and password. */
  public JsonNode password(String user, String password) throws InterruptedException {
    return token(
        Map.of(
            "grant_type", "password", "username", user, "password", password, "scope", "openid"));
  }

  /** Fresh tokens for a refresh token. */
  public JsonNode refresh(String refreshToken) throws InterruptedException {
    return token(Map.of("grant_type", "refresh_token", "refresh_token", refreshToken));
  }

  /**
   * The device flow (RFC 8628): shows the person where to log in, then asks until they have.
   *
   * @param show gets the one line to show
   */
  public JsonNode device(Consumer<String> show) throws InterruptedException {
    JsonNode start = post("device_authorization_endpoint", Map.of("scope", "openid"));
    String uri = start.path("verification_uri_complete").asText(null);
    show.accept("log in at " + (uri != null ? uri : codePrompt(start)));
    long pause = start.path("interval").asLong(5);
    while (true) {
      Thread.sleep(Duration.ofSeconds(pause));
      try {
        return token(
            Map.of(
                "grant_type",
                "urn:ietf:params:oauth:grant-type:device_code",
                "device_code",
                start.path("device_code").asText()));
      } catch (HttpRefusal e) {
        switch (e.code()) {
          case "authorization_pending" -> {}
          case "slow_down" -> pause += 5;
          default -> throw e;
        }
      }
    }
  }

  private static String codePrompt(JsonNode start) {
    return start.path("verification_uri").asText() + " with " + start.path("user_code").asText();
  }

  private JsonNode token(Map<String, String> form) throws InterruptedException {
    return post("token_endpoint", form);
  }

  private JsonNode post(String endpoint, Map<String, String> form) throws InterruptedException {
    String body =
        form.entrySet().stream()
            .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), UTF_8))
            .collect(Collectors.joining("&", "client_id=" + CLIENT_ID + "&", ""));
    JsonNode provider = http.send(HttpRequest.newBuilder(discovery).timeout(TIMEOUT).build());
    return http.send(
        HttpRequest.newBuilder(URI.create(provider.path(endpoint).asText()))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body))
            .build());
  }
}
