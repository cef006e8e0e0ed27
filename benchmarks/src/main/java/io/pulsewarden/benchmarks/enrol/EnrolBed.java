package io.pulsewarden.benchmarks.enrol;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.simulator.endpoints.Endpoints;
import io.pulsewarden.simulator.endpoints.JsonHttp;
import io.pulsewarden.simulator.endpoints.ServerTrust;
import io.pulsewarden.simulator.login.AccessTokens;
import io.pulsewarden.simulator.login.DemoUsers;
import io.pulsewarden.simulator.login.OpenIdClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The platform, an administrator's token, and what an administrator does to devices. */
final class EnrolBed implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int AT_ONCE = 8;

  /** All questions come from one address, and what is measured is what signing costs. */
  private static final Map<String, String> UNLIMITED =
      Map.of("PULSEWARDEN_STATUS_SIGNATURES_PER_MINUTE", "10000000");

  private final Endpoints endpoints;
  private final ServerTrust trust;
  private final HttpClient http;
  private final JsonHttp json;
  private final AccessTokens tokens;

  /** A device that may enrol. */
  record Claimed(UUID device, String claim) {}

  /** One of many things to do, numbered from 0. */
  interface Task<T> {
    T run(int number) throws Exception;
  }

  /** Starts the platform if it doesn't run yet. */
  EnrolBed(Bench bench) throws Exception {
    endpoints = Endpoints.read(bench.platform(UNLIMITED).data().resolve("platform.env"), Map.of());
    trust = ServerTrust.of(endpoints.caFile());
    http = trust.httpClient();
    json = new JsonHttp(http);
    tokens =
        new AccessTokens(
            new OpenIdClient(json, endpoints.issuer()),
            client ->
                client.password("admin", DemoUsers.password(endpoints.demoUsersFile(), "admin")),
            Clock.systemUTC());
  }

  Endpoints endpoints() {
    return endpoints;
  }

  ServerTrust trust() {
    return trust;
  }

  HttpClient http() {
    return http;
  }

  /** A device of a kind ({@code sensor}, {@code gateway}) with a claim. */
  Claimed claimed(String kind) throws InterruptedException {
    String serial = "BENCH-" + UUID.randomUUID();
    JsonNode device =
        send(
            "POST",
            "/v1/devices",
            Map.of("serialNumber", serial, "model", "bench", "manufacturer", "b", "kind", kind));
    UUID id = UUID.fromString(device.path("id").asText());
    return new Claimed(
        id, send("POST", "/v1/devices/" + id + "/claims", Map.of()).path("claim").asText());
  }

  /** Revokes a device and all it has. */
  void revoke(UUID device) throws InterruptedException {
    JsonNode _ =
        send(
            "POST",
            "/v1/devices/" + device + "/revocation",
            Map.of("reason", "cessationOfOperation"));
  }

  /** Lets a gateway speak for a device. */
  void authorise(UUID gateway, UUID device) throws InterruptedException {
    JsonNode _ = send("PUT", "/v1/devices/" + gateway + "/gateway-devices/" + device, Map.of());
  }

  /** Lets it no longer. */
  void withdraw(UUID gateway, UUID device) throws InterruptedException {
    JsonNode _ = send("DELETE", "/v1/devices/" + gateway + "/gateway-devices/" + device, Map.of());
  }

  private JsonNode send(String method, String path, Map<String, ?> body)
      throws InterruptedException {
    BodyPublisher publisher =
        method.equals("POST")
            ? BodyPublishers.ofString(JsonHttp.write(body))
            : BodyPublishers.noBody();
    return json.send(
        HttpRequest.newBuilder(URI.create(endpoints.registry() + path))
            .timeout(TIMEOUT)
            .header("Authorization", "Bearer " + tokens.current())
            .header("Content-Type", "application/json")
            .header("If-Match", "*")
            .method(method, publisher)
            .build());
  }

  /** Does something so many times, several at once; the results in the order of their numbers. */
  static <T> List<T> inParallel(int count, Task<T> task)
      throws InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<T>> pending = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        pending.add(threads.submit(() -> task.run(number)));
      }
      List<T> done = new ArrayList<>();
      for (Future<T> one : pending) {
        done.add(one.get());
      }
      return done;
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
