package io.pulsewarden.simulator;

import io.pulsewarden.simulator.endpoints.Endpoints;
import io.pulsewarden.simulator.endpoints.JsonHttp;
import io.pulsewarden.simulator.endpoints.ServerTrust;
import io.pulsewarden.simulator.identity.EstClient;
import io.pulsewarden.simulator.login.AccessTokens;
import io.pulsewarden.simulator.login.DemoUsers;
import io.pulsewarden.simulator.login.OpenIdClient;
import io.pulsewarden.simulator.mqtt.MqttServer;
import io.pulsewarden.simulator.provisioning.PatientClient;
import io.pulsewarden.simulator.provisioning.Provisioner;
import io.pulsewarden.simulator.provisioning.RegistryClient;
import io.pulsewarden.simulator.state.StateFolder;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which platform, and as whom. */
final class PlatformOptions {

  private static final int HANDSHAKES = 16;

  @Option(
      names = "--env",
      paramLabel = "FILE",
      description = "The platform's platform.env; default: the PW_ variables of the environment.")
  private @Nullable Path env;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "Where devices, keys and certificates are kept; default: simulator, beside platform.env.")
  private @Nullable Path state;

  @Option(
      names = "--as",
      paramLabel = "USER",
      description = "The demo user that registers devices; default ${DEFAULT-VALUE}.")
  private String user = "admin";

  @Option(names = "--login", description = "Register devices as yourself, by a browser.")
  private boolean login;

  /** Wires the clients; asks the platform nothing yet. */
  Workbench open(int inFlight, PrintWriter out, Clock clock) {
    Endpoints endpoints = Endpoints.read(env, System.getenv());
    ServerTrust trust = ServerTrust.of(endpoints.caFile());
    HttpClient https = trust.httpClient();
    JsonHttp http = new JsonHttp(https);
    AccessTokens tokens =
        new AccessTokens(
            new OpenIdClient(http, endpoints.issuer()), howToLogIn(endpoints, out), clock);
    Provisioner provisioner =
        new Provisioner(
            new RegistryClient(http, endpoints.registry(), tokens),
            new EstClient(https, endpoints.est()));
    return new Workbench(
        https,
        StateFolder.open(stateFolder()),
        provisioner,
        new PatientClient(http, endpoints.fhir(), tokens),
        new MqttServer(endpoints.mqtt(), trust, new Semaphore(HANDSHAKES), clock),
        inFlight,
        out,
        clock);
  }

  private AccessTokens.Login howToLogIn(Endpoints endpoints, PrintWriter out) {
    if (login) {
      return client ->
          client.device(
              line -> {
                out.println(line);
                out.flush();
              });
    }
    return client -> client.password(user, DemoUsers.password(endpoints.demoUsersFile(), user));
  }

  private Path stateFolder() {
    Path given = state;
    if (given != null) {
      return given;
    }
    Path file = env;
    return file == null ? Path.of("simulator") : file.toAbsolutePath().resolveSibling("simulator");
  }
}
