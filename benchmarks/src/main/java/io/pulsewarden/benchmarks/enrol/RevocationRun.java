package io.pulsewarden.benchmarks.enrol;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.Figure;
import io.pulsewarden.simulator.endpoints.Endpoints;
import io.pulsewarden.simulator.endpoints.JsonHttp;
import io.pulsewarden.simulator.endpoints.ServerTrust;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import io.pulsewarden.simulator.identity.DeviceKeys;
import io.pulsewarden.simulator.identity.EstClient;
import io.pulsewarden.simulator.login.AccessTokens;
import io.pulsewarden.simulator.login.DemoUsers;
import io.pulsewarden.simulator.login.OpenIdClient;
import io.pulsewarden.simulator.provisioning.RegistryClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Enrols and connects devices, and revokes some of them, against one platform. */
final class RevocationRun {

  private static final int SESSIONS = 2_000;
  private static final int REVOCATIONS = 500;
  private static final int AT_ONCE = 8;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final double MICROS_IN_A_MILLI = 1_000;

  private final Bench bench;
  private final Endpoints endpoints;
  private final HttpClient http;
  private final ServerTrust trust;
  private final JsonHttp json;
  private final AccessTokens tokens;

  /** Prepares; the platform is started if it doesn't run yet. */
  RevocationRun(Bench bench) throws Exception {
    this.bench = bench;
    this.endpoints = Endpoints.read(bench.platform().data().resolve("platform.env"), Map.of());
    this.trust = ServerTrust.of(endpoints.caFile());
    this.http = trust.httpClient();
    this.json = new JsonHttp(http);
    OpenIdClient people = new OpenIdClient(json, endpoints.issuer());
    this.tokens =
        new AccessTokens(
            people,
            client ->
                client.password("admin", DemoUsers.password(endpoints.demoUsersFile(), "admin")),
            Clock.systemUTC());
  }

  /** Measures, and reports both quantiles. */
  void run() throws Exception {
    int count = bench.quick() ? 50 : SESSIONS;
    bench.say("enrolling " + count + " devices");
    List<DeviceIdentity> devices = inParallel(count, this::enrol);
    bench.say("connecting them");
    List<LiveSession> sessions = new ArrayList<>();
    try {
      for (DeviceIdentity device : devices) {
        sessions.add(
            new LiveSession(
                trust.context(device.keyManagers()), endpoints.mqtt(), device.device()));
      }
      Histogram closed = revoke(sessions.subList(0, bench.quick() ? 20 : REVOCATIONS));
      long cut = sessions.stream().filter(LiveSession::isClosed).count();
      if (cut != closed.getTotalCount()) {
        throw new IllegalStateException(cut + " sessions ended, of others than were revoked");
      }
      Histogram kafka = new KafkaRoundTrip(bench.platform()).measure(bench.quick() ? 50 : 500);
      report("revoke asked to socket closed, p50", closed, kafka, 50);
      report("revoke asked to socket closed, p99", closed, kafka, 99);
    } finally {
      sessions.forEach(LiveSession::close);
      http.close();
    }
  }

  private void report(String what, Histogram measured, Histogram baseline, double percentile)
      throws Exception {
    bench.report(
        new Figure(
            what,
            measured.getValueAtPercentile(percentile) / MICROS_IN_A_MILLI,
            "ms",
            "Kafka produce to consume",
            baseline.getValueAtPercentile(percentile) / MICROS_IN_A_MILLI));
  }

  private DeviceIdentity enrol() throws InterruptedException {
    RegistryClient registry = new RegistryClient(json, endpoints.registry(), tokens);
    UUID device = registry.register("BENCH-" + UUID.randomUUID(), "bench");
    KeyPair keys = DeviceKeys.generate();
    return new DeviceIdentity(
        device,
        keys.getPrivate(),
        new EstClient(http, endpoints.est()).enrol(device, registry.claim(device), keys));
  }

  private Histogram revoke(List<LiveSession> sessions) throws Exception {
    bench.say("revoking " + sessions.size() + " of them, one after the other");
    Histogram micros = new Histogram(3);
    List<String> raw = new ArrayList<>();
    for (LiveSession session : sessions) {
      long asked = System.nanoTime();
      JsonNode _ = json.send(revocation(session.device()));
      long answered = System.nanoTime();
      long closed = session.awaitClosed(TIMEOUT);
      micros.recordValue(TimeUnit.NANOSECONDS.toMicros(closed - asked));
      raw.add(
          "%d,%d"
              .formatted(
                  TimeUnit.NANOSECONDS.toMicros(answered - asked),
                  TimeUnit.NANOSECONDS.toMicros(closed - asked)));
    }
    bench.raw("revoke-micros-answered-closed", raw);
    return micros;
  }

  private HttpRequest revocation(UUID device) throws InterruptedException {
    return HttpRequest.newBuilder(
            URI.create(endpoints.registry() + "/v1/devices/" + device + "/revocation"))
        .timeout(TIMEOUT)
        .header("Authorization", "Bearer " + tokens.current())
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString("{\"reason\":\"keyCompromise\"}"))
        .build();
  }

  private static <T> List<T> inParallel(int count, Callable<T> task)
      throws InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<T>> pending = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        pending.add(threads.submit(task));
      }
      List<T> done = new ArrayList<>();
      for (Future<T> one : pending) {
        done.add(one.get());
      }
      return done;
    }
  }
}
