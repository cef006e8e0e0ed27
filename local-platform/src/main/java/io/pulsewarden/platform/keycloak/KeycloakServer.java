package io.pulsewarden.platform.keycloak;

import io.pulsewarden.platform.process.PortProbe;
import io.pulsewarden.platform.process.PrivateFiles;
import io.pulsewarden.platform.process.ProcessFiles;
import io.pulsewarden.platform.process.Readiness;
import io.pulsewarden.platform.process.ServerCommand;
import io.pulsewarden.platform.process.ServerProcess;
import io.pulsewarden.platform.servers.ServerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A real Keycloak in a process of its own: HTTPS on loopback, state in the platform's PostgreSQL.
 */
public final class KeycloakServer {

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private KeycloakServer() {}

  /** Starts it and returns when it listens, which it does when it is ready. */
  public static ServerProcess start(
      KeycloakDistribution distribution, Path folder, KeycloakSettings settings, ProcessFiles files)
      throws IOException {
    PrivateFiles.folder(folder);
    ServerProcess process =
        new ServerCommand(
                "Keycloak",
                commandLine(distribution.home(), settings),
                folder,
                files,
                environment(settings))
            .start();
    awaitReady(process, settings, files);
    return process;
  }

  /** Returns when one that was started before listens. */
  public static void awaitReady(
      ServerProcess process, KeycloakSettings settings, ProcessFiles files) {
    Readiness.await(process, files.log(), PATIENCE, new PortProbe(settings.port())::answers);
  }

  /** What kc.sh would run; directly, since kc.sh stays as the JVM's parent and hides its pid. */
  private static List<String> commandLine(Path home, KeycloakSettings settings) {
    return List.of(
        ServerFiles.java().toString(),
        "-Xms64m",
        "-Xmx512m",
        "-XX:MaxMetaspaceSize=256m",
        "-XX:+ExitOnOutOfMemoryError",
        "-Dfile.encoding=UTF-8",
        "-Djava.io.tmpdir=" + settings.temporary(),
        "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
            + "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
        "--add-opens=java.base/java.util=ALL-UNNAMED",
        "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
        "--add-opens=java.base/java.security=ALL-UNNAMED",
        "--add-opens=java.base/java.lang=ALL-UNNAMED",
        "--enable-native-access=ALL-UNNAMED",
        "-Djdk.tls.rejectClientInitiatedRenegotiation=true",
        "-Dkc.home.dir=" + home,
        "-Djboss.server.config.dir=" + home.resolve("conf"),
        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
        "-Dpicocli.disable.closures=true",
        // Connections that died with a database that is back would each cost somebody a login.
        "-Dquarkus.datasource.jdbc.validate-on-borrow=true",
        "-cp",
        home.resolve("lib/quarkus-run.jar").toString(),
        "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
        "start",
        "--optimized",
        "--cache=local",
        "--http-enabled=false",
        "--http-host=127.0.0.1",
        "--https-port=" + settings.port(),
        "--https-certificate-file=" + settings.tls().resolve("edge.crt"),
        "--https-certificate-key-file=" + settings.tls().resolve("edge.key"),
        "--hostname=" + settings.url(),
        "--log-level=info");
  }

  /** Passwords go by environment: a command line is shown to every user of the machine. */
  private static Map<String, String> environment(KeycloakSettings settings) {
    Map<String, String> environment = new HashMap<>();
    environment.put(
        "KC_DB_URL",
        settings.database().url()
            + "?sslmode=verify-full&sslrootcert="
            + settings.database().caFile());
    environment.put("KC_DB_USERNAME", settings.database().user());
    environment.put("KC_DB_PASSWORD", settings.database().password().reveal());
    environment.put("KC_BOOTSTRAP_ADMIN_USERNAME", "admin");
    environment.put("KC_BOOTSTRAP_ADMIN_PASSWORD", settings.adminPassword().reveal());
    return environment;
  }
}
