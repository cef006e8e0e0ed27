package io.pulsewarden.platform.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** Logs a person in at Keycloak as the public command-line client. */
public final class OpenIdLogin {

  private static final int DEFAULT_INTERVAL = 5;

  private final PlatformHttp http;
  private final String issuer;

  public OpenIdLogin(PlatformHttp http, String issuer) {
    this.http = http;
    this.issuer = issuer;
  }

  /** An access token for a user and password. */
  public String password(String user, String password) throws IOException, InterruptedException {
    return accessToken(
        post("token", Map.of("grant_type", "password", "username", user, "password", password)));
  }

  /** The device flow (RFC 8628): says where to log in, then waits until that was done. */
  public String device(PrintWriter out) throws IOException, InterruptedException {
    JsonNode start = post("auth/device", Map.of("scope", "openid"));
    out.println("Log in at " + start.path("verification_uri_complete").asText());
    out.flush();
    int interval = start.path("interval").asInt(DEFAULT_INTERVAL);
    Map<String, String> ask =
        Map.of(
            "grant_type",
            "urn:ietf:params:oauth:grant-type:device_code",
            "device_code",
            start.path("device_code").asText());
    while (true) {
      Thread.sleep(Duration.ofSeconds(interval));
      HttpAnswer answer = send("token", ask);
      if (answer.isSuccess()) {
        return accessToken(answer.json());
      }
      switch (answer.json().path("error").asText()) {
        case "authorization_pending" -> {}
        case "slow_down" -> interval += DEFAULT_INTERVAL;
        default -> throw new IOException("not logged in: " + answer.json().path("error").asText());
      }
    }
  }

  private static String accessToken(JsonNode tokens) {
    return tokens.path("access_token").asText();
  }

  private JsonNode post(String endpoint, Map<String, String> form)
      throws IOException, InterruptedException {
    HttpAnswer answer = send(endpoint, form);
    if (!answer.isSuccess()) {
      throw new IOException(
          "Keycloak refused the login: " + answer.json().path("error_description").asText());
    }
    return answer.json();
  }

  private HttpAnswer send(String endpoint, Map<String, String> form)
      throws IOException, InterruptedException {
    String body =
        form.entrySet().stream()
            .map(
                each ->
                    each.getKey()
                        + "="
                        + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&", "client_id=pulsewarden-cli&", ""));
    return http.send(
        PlatformHttp.request(issuer + "/protocol/openid-connect/" + endpoint)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body))
            .build());
  }
}
