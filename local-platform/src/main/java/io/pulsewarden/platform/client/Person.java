package io.pulsewarden.platform.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.platform.PlatformException;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.PlatformEnvironment;
import io.pulsewarden.platform.data.Ports;
import io.pulsewarden.platform.data.PropertiesFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/** Someone who is logged in, and asks the platform's APIs. Not thread-safe. */
public final class Person {

  /** Tokens live five minutes. */
  private static final Duration RENEWED_AFTER = Duration.ofMinutes(4);

  private final PlatformHttp http;
  private final Login login;
  private final Clock clock;
  private String token;
  private Instant tokenSince;

  /** How to get an access token. */
  @FunctionalInterface
  private interface Login {
    String token() throws IOException, InterruptedException;
  }

  private Person(PlatformHttp http, Login login, Clock clock)
      throws IOException, InterruptedException {
    this.http = http;
    this.login = login;
    this.clock = clock;
    this.token = login.token();
    this.tokenSince = clock.instant();
  }

  /** A demo user, by the password of the data folder. */
  public static Person demo(PlatformHttp http, DataFolder data, Ports ports, String user)
      throws IOException, InterruptedException {
    String password = PropertiesFile.read(data.demoUsers()).get(user + ".password");
    if (password == null) {
      throw new PlatformException("no demo user '" + user + "' in " + data.demoUsers());
    }
    OpenIdLogin openId = new OpenIdLogin(http, PlatformEnvironment.issuer(ports));
    return new Person(http, () -> openId.password(user, password), Clock.systemUTC());
  }

  /** Whoever logs in with a browser. */
  public static Person byBrowser(PlatformHttp http, Ports ports, PrintWriter out)
      throws IOException, InterruptedException {
    OpenIdLogin openId = new OpenIdLogin(http, PlatformEnvironment.issuer(ports));
    return new Person(http, () -> openId.device(out), Clock.systemUTC());
  }

  /** The user id, the token's {@code sub}. */
  public String id() throws IOException {
    String claims = token.split("\\.", -1)[1];
    byte[] json = Base64.getUrlDecoder().decode(claims.getBytes(StandardCharsets.US_ASCII));
    return PlatformHttp.parse(json).path("sub").asText();
  }

  /** Reads; any status but 2xx is a {@link HttpRefusal}. */
  public JsonNode get(String url) throws IOException, InterruptedException {
    return http.sendForJson(authorized(PlatformHttp.request(url)).build());
  }

  /** Posts JSON. */
  public JsonNode post(String url, Map<String, ?> body) throws IOException, InterruptedException {
    return http.sendForJson(
        authorized(PlatformHttp.jsonRequest(url))
            .POST(BodyPublishers.ofString(PlatformHttp.write(body)))
            .build());
  }

  /** Puts nothing but the URL. */
  public void put(String url) throws IOException, InterruptedException {
    http.sendForJson(authorized(PlatformHttp.request(url)).PUT(BodyPublishers.noBody()).build());
  }

  /** FHIR's conditional create: the resource with that identifier, made if there is none. */
  public JsonNode createIfNone(String url, String query, Map<String, ?> resource)
      throws IOException, InterruptedException {
    return http.sendForJson(
        authorized(PlatformHttp.request(url))
            .header("Content-Type", "application/fhir+json")
            .header("Prefer", "return=representation")
            .header("If-None-Exist", query)
            .POST(BodyPublishers.ofString(PlatformHttp.write(resource)))
            .build());
  }

  /** An access token that is good for a minute or more. */
  public String token() throws IOException, InterruptedException {
    if (clock.instant().isAfter(tokenSince.plus(RENEWED_AFTER))) {
      token = login.token();
      tokenSince = clock.instant();
    }
    return token;
  }

  private HttpRequest.Builder authorized(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return request.header("Authorization", "Bearer " + token());
  }
}
