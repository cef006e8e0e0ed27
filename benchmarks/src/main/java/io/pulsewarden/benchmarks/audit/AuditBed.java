package io.pulsewarden.benchmarks.audit;

import io.pulsewarden.platform.ServiceTestBed;
import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.postgres.PostgresLogin;
import io.pulsewarden.platform.postgres.ServiceDatabase;
import io.pulsewarden.platform.process.FreePorts;
import io.pulsewarden.platform.process.ProcessFiles;
import io.pulsewarden.platform.process.Readiness;
import io.pulsewarden.platform.process.ServerCommand;
import io.pulsewarden.platform.process.ServerProcess;
import io.pulsewarden.platform.servers.BuildLock;
import io.pulsewarden.platform.servers.ServerFiles;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * audit-service as it is deployed, in a process of its own, with a real Kafka and PostgreSQL, over
 * TLS; nothing else of the platform runs beside it. Tokens are signed by a key in the identity
 * provider's place.
 */
final class AuditBed implements AutoCloseable {

  private static final String SERVICE = "audit-service";

  /** A system property: options of the service's JVM, to be compared. */
  private static final String OPTIONS = "pulsewarden.bench.audit.options";

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ServiceTestBed servers;
  private final Path folder;
  private final TokenIssuer issuer = new TokenIssuer();
  private final PlatformHttp http;
  private final int port = FreePorts.find();
  private final int management = FreePorts.find();
  private final ServerProcess service;

  AuditBed() throws Exception {
    this.servers = ServiceTestBed.start(SERVICE);
    this.folder = Files.createTempDirectory("pulsewarden-bench-audit");
    this.http = PlatformHttp.trusting(List.of(servers.edgeCa().certificate()));
    writeConfiguration();
    ProcessFiles files = ProcessFiles.in(folder, SERVICE);
    this.service = new ServerCommand(SERVICE, commandLine(), folder, files).start();
    Runtime.getRuntime().addShutdownHook(new Thread(service::kill, "stop-audit-service"));
    String ready = "https://localhost:" + management + "/q/health/ready";
    Readiness.await(
        service,
        files.log(),
        PATIENCE,
        () -> http.send(PlatformHttp.request(ready).build()).isSuccess());
  }

  private void writeConfiguration() throws IOException {
    Properties settings = new Properties();
    settings.putAll(servers.quarkusConfig());
    settings.putAll(
        Map.of(
            "quarkus.http.ssl-port", Integer.toString(port),
            "quarkus.management.port", Integer.toString(management),
            "quarkus.oidc.public-key", issuer.publicKey()));
    Path config = Files.createDirectories(folder.resolve("config"));
    try (Writer out = Files.newBufferedWriter(config.resolve("application.properties"))) {
      settings.store(out, null);
    }
  }

  /** With the limits that the local platform sets, and what is to be compared with them. */
  private static List<String> commandLine() {
    List<String> line = new ArrayList<>();
    line.add(ServerFiles.java().toString());
    line.addAll(List.of("-Xmx224m", "-XX:MaxMetaspaceSize=192m"));
    line.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    Stream.of(System.getProperty(OPTIONS, "").split(" ", -1))
        .filter(option -> !option.isBlank())
        .forEach(line::add);
    Path jar = ServerFiles.ofThisBuild().root().resolve(SERVICE + "/target/quarkus-app");
    line.addAll(List.of("-jar", jar.resolve("quarkus-run.jar").toString()));
    return line;
  }

  PlatformHttp http() {
    return http;
  }

  String url() {
    return "https://localhost:" + port;
  }

  /** A folder for what a measurement writes. */
  Path folder() {
    return folder;
  }

  /** An auditor's access token. */
  String auditor() {
    return issuer.token("auditor");
  }

  /** The database owner's login. */
  PostgresLogin owner() {
    return servers.postgres().owner(ServiceDatabase.AUDIT);
  }

  /** Kafka client properties of a service that writes audit records. */
  Map<String, Object> kafka(String name) {
    return servers.kafkaProperties(name);
  }

  /** The folder with a service's certificates. */
  Path tls(String name) {
    return servers.serviceTls(name);
  }

  /** Lets the service stand still, or go on. */
  void signal(String signal) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + signal, Long.toString(service.id().pid()))
            .inheritIO()
            .start()
            .waitFor();
    if (code != 0) {
      throw new IOException(SERVICE + " could not be sent " + signal);
    }
  }

  @Override
  public void close() throws IOException {
    http.close();
    service.stop(ServerProcess.Signal.TERM, Duration.ofSeconds(20));
    BuildLock.delete(folder);
  }
}
