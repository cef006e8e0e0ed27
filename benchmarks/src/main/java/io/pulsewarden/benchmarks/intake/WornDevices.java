package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.simulator.endpoints.Endpoints;
import io.pulsewarden.simulator.endpoints.JsonHttp;
import io.pulsewarden.simulator.endpoints.ServerTrust;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import io.pulsewarden.simulator.identity.EstClient;
import io.pulsewarden.simulator.login.AccessTokens;
import io.pulsewarden.simulator.login.DemoUsers;
import io.pulsewarden.simulator.login.OpenIdClient;
import io.pulsewarden.simulator.provisioning.PatientClient;
import io.pulsewarden.simulator.provisioning.Provisioner;
import io.pulsewarden.simulator.provisioning.RegistryClient;
import io.pulsewarden.simulator.state.StateFolder;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Devices of the running platform, enrolled at its registry, each worn by a patient of its own. */
final class WornDevices implements AutoCloseable {

  private static final int AT_ONCE = 8;
  private static final Duration WORN_SINCE = Duration.ofMinutes(10);

  private final Endpoints endpoints;
  private final ServerTrust trust;
  private final HttpClient https;
  private final StateFolder state;
  private final Provisioner provisioner;
  private final PatientClient patients;

  /** A device and who wears it. */
  record Worn(DeviceIdentity identity, String patient) {}

  /** Starts the platform if it doesn't run yet. */
  WornDevices(Bench bench) throws Exception {
    this(
        Endpoints.read(bench.platform().data().resolve("platform.env"), Map.of()),
        StateFolder.open(bench.platform().data().resolve("bench-devices")));
  }

  WornDevices(Endpoints endpoints, StateFolder state) {
    this.endpoints = endpoints;
    this.state = state;
    trust = ServerTrust.of(endpoints.caFile());
    https = trust.httpClient();
    JsonHttp http = new JsonHttp(https);
    AccessTokens tokens = login(http, endpoints, "admin");
    provisioner =
        new Provisioner(
            new RegistryClient(http, endpoints.registry(), tokens),
            new EstClient(https, endpoints.est()));
    patients = new PatientClient(http, endpoints.fhir(), tokens);
  }

  static AccessTokens login(JsonHttp http, Endpoints endpoints, String user) {
    return new AccessTokens(
        new OpenIdClient(http, endpoints.issuer()),
        client -> client.password(user, DemoUsers.password(endpoints.demoUsersFile(), user)),
        Clock.systemUTC());
  }

  Endpoints endpoints() {
    return endpoints;
  }

  ServerTrust trust() {
    return trust;
  }

  /** So many, from the first on; those that were made before are the same again. */
  List<Worn> first(int count) throws Exception {
    Instant from = Clock.systemUTC().instant().minus(WORN_SINCE);
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<Worn>> making = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String name = "device-%05d".formatted(i);
        making.add(threads.submit(() -> device(name, from)));
      }
      List<Worn> made = new ArrayList<>();
      for (Future<Worn> each : making) {
        made.add(each.get());
      }
      return made;
    }
  }

  private Worn device(String name, Instant from) throws InterruptedException {
    String patient = patients.create("bench-" + name, name);
    return new Worn(
        provisioner.provision(state.slot(name), "Load generator", () -> patient, from), patient);
  }

  @Override
  public void close() {
    state.close();
    https.shutdownNow();
  }
}
