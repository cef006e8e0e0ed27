package io.pulsewarden.platform.kafka;

import io.pulsewarden.platform.process.PortProbe;
import io.pulsewarden.platform.process.PrivateFiles;
import io.pulsewarden.platform.process.ProcessFiles;
import io.pulsewarden.platform.process.Readiness;
import io.pulsewarden.platform.process.ServerCommand;
import io.pulsewarden.platform.process.ServerProcess;
import io.pulsewarden.platform.servers.ServerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/**
 * A real Kafka broker (KRaft) in a process of its own, on loopback: clients need a certificate of
 * the service CA, and may do what the contracts' list of topics says. What is in {@code folder}
 * stays there: starting again on it keeps all records.
 *
 * <p>Not thread-safe.
 */
public final class KafkaServer implements AutoCloseable {

  /** On a busy machine; where the process ends, its end is said at once. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final int REQUEST_MILLIS = 30_000;

  private final Path home;
  private final KafkaSettings settings;
  private final ProcessFiles files;
  private ServerProcess process;

  private KafkaServer(
      Path home, KafkaSettings settings, ProcessFiles files, ServerProcess process) {
    this.home = home;
    this.settings = settings;
    this.files = files;
    this.process = process;
  }

  /** As {@link #start(Path, KafkaSettings, ProcessFiles)}, with log and id in the folder itself. */
  public static KafkaServer start(Path folder, KafkaSettings settings)
      throws IOException, InterruptedException {
    return start(folder, settings, ProcessFiles.in(folder, "kafka"));
  }

  /**
   * Starts a broker and returns when it answers its administrator.
   *
   * @throws IOException if it can't be started; the message names its log
   */
  public static KafkaServer start(Path folder, KafkaSettings settings, ProcessFiles files)
      throws IOException, InterruptedException {
    Path home = folder.toAbsolutePath().normalize();
    PrivateFiles.folder(home);
    writeTls(home.resolve("tls"), settings);
    KafkaConfiguration.write(home, settings);
    format(home, settings, files);
    KafkaServer server = new KafkaServer(home, settings, files, launch(home, settings, files));
    try {
      server.awaitReady();
    } catch (RuntimeException e) {
      server.kill();
      throw e;
    }
    return server;
  }

  /** The broker that an earlier start left running on this folder, if it did. */
  public static Optional<KafkaServer> adopt(Path folder, KafkaSettings settings, ProcessFiles files)
      throws IOException {
    Path home = folder.toAbsolutePath().normalize();
    return files.running("Kafka").map(running -> new KafkaServer(home, settings, files, running));
  }

  /** {@code localhost:port}. */
  public String bootstrapServers() {
    return "localhost:" + settings.port();
  }

  /** For whoever keeps an eye on the process. */
  public ServerProcess process() {
    return process;
  }

  /** Client properties of the super-user. */
  public Map<String, Object> adminProperties() {
    return KafkaIdentity.properties(bootstrapServers(), home.resolve("tls"), "admin");
  }

  /** Makes the contracts' topics that are missing, and grants the rights; may be repeated. */
  public void createTopics() throws IOException, InterruptedException {
    try (Admin admin = admin()) {
      TopicCreation.createMissing(admin, TopicList.ofContracts());
    }
  }

  /** SIGKILL; what was acknowledged stays. */
  public void kill() {
    process.kill();
  }

  /** Starts the process again on the same ports and records. */
  public void restart() throws IOException {
    if (process.isAlive()) {
      close();
    }
    process = launch(home, settings, files);
    awaitReady();
  }

  /** Controlled shutdown; the records stay. */
  @Override
  public void close() {
    process.stop(ServerProcess.Signal.TERM, Duration.ofSeconds(20));
  }

  private Admin admin() {
    Map<String, Object> properties = adminProperties();
    properties.put("request.timeout.ms", REQUEST_MILLIS);
    properties.put("default.api.timeout.ms", REQUEST_MILLIS * 4);
    return Admin.create(properties);
  }

  private void awaitReady() {
    PortProbe port = new PortProbe(settings.port());
    Readiness.await(process, files.log(), PATIENCE, port::answers);
    try (Admin admin = admin()) {
      Readiness.await(process, files.log(), PATIENCE, () -> hasBroker(admin));
    }
  }

  private static boolean hasBroker(Admin admin)
      throws InterruptedException, ExecutionException, java.util.concurrent.TimeoutException {
    return !admin.describeCluster().nodes().get(2, TimeUnit.SECONDS).isEmpty();
  }

  /**
   * Gives the folder its cluster id. The broker's own tool writes it last and may be repeated, so a
   * crash in between is mended by the next start.
   */
  private static void format(Path home, KafkaSettings settings, ProcessFiles files)
      throws IOException, InterruptedException {
    if (Files.exists(home.resolve("data/meta.properties"))) {
      return;
    }
    List<String> line = java(home, settings, "kafka.tools.StorageTool");
    line.addAll(
        List.of(
            "format",
            "--ignore-formatted",
            "-t",
            Uuid.randomUuid().toString(),
            "-c",
            KafkaConfiguration.serverProperties(home).toString()));
    new ServerCommand("Kafka's format", line, home, files).run();
  }

  private static ServerProcess launch(Path home, KafkaSettings settings, ProcessFiles files)
      throws IOException {
    List<String> line = java(home, settings, "kafka.Kafka");
    line.add(KafkaConfiguration.serverProperties(home).toString());
    return new ServerCommand("Kafka", line, home, files).start();
  }

  private static List<String> java(Path home, KafkaSettings settings, String mainClass) {
    return new ArrayList<>(
        List.of(
            ServerFiles.java().toString(),
            "-Xmx" + settings.heapMegabytes() + "m",
            "-XX:+UseG1GC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.awt.headless=true",
            "-Dlog4j2.configurationFile=" + KafkaConfiguration.loggingProperties(home),
            "-cp",
            ServerFiles.ofThisBuild().kafkaLibraries() + "/*",
            mainClass));
  }

  private static void writeTls(Path tls, KafkaSettings settings) throws IOException {
    PrivateFiles.folder(tls);
    String domain = settings.trustDomain();
    KafkaIdentity.write(
        tls,
        "broker",
        settings.serviceCa().issueService(KafkaConfiguration.BROKER, domain),
        settings.serviceCa().certificate());
    settings
        .serviceCa()
        .issueService(KafkaConfiguration.ADMINISTRATOR, domain)
        .writePem(tls, "admin");
  }
}
