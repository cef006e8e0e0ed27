package io.pulsewarden.telemetry.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.telemetry.SiteCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * A real Mosquitto as a site runs it: TLS, client certificates, user names from them, and a disk
 * that is written at each change.
 */
final class SiteBroker implements AutoCloseable {

  private final Path program;
  private final Path folder;
  private final int port;
  private Process process;

  SiteBroker(Path folder) throws IOException {
    this.program = installed().orElseThrow();
    this.folder = folder;
    this.port = freePort();
    Path tls = SiteCertificates.folder();
    Files.writeString(
        folder.resolve("acl"),
        """
        user telemetry-service
        topic read #
        user publisher
        topic write #
        """);
    Files.writeString(
        folder.resolve("mosquitto.conf"),
        """
        user %s
        listener %d 127.0.0.1
        cafile %s
        certfile %s
        keyfile %s
        require_certificate true
        use_identity_as_username true
        allow_anonymous false
        acl_file %s
        persistence true
        persistence_location %s/
        autosave_on_changes true
        autosave_interval 1
        max_queued_messages 0
        log_dest file %s
        """
            .formatted(
                System.getProperty("user.name"),
                port,
                tls.resolve("ca.crt"),
                tls.resolve("broker.crt"),
                tls.resolve("broker.key"),
                folder.resolve("acl"),
                folder,
                folder.resolve("mosquitto.log")));
    start();
  }

  /** Debian keeps servers where not everybody's PATH leads. */
  static Optional<Path> installed() {
    return Stream.concat(
            Stream.of("/usr/sbin", "/usr/local/sbin"),
            Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1)))
        .map(place -> Path.of(place, "mosquitto"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  int port() {
    return port;
  }

  void start() throws IOException {
    process =
        new ProcessBuilder(program.toString(), "-c", folder.resolve("mosquitto.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("mosquitto.out").toFile())
            .start();
    await().atMost(Duration.ofSeconds(30)).until(this::listens);
  }

  /** As kill -9 does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Somebody at the site who may publish anywhere. */
  MqttAsyncClient publisher() throws MqttException {
    MqttAsyncClient client =
        new MqttAsyncClient("ssl://localhost:" + port, "publisher", new MemoryPersistence());
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setSocketFactory(context(SiteCertificates.client("publisher")).getSocketFactory());
    client.connect(options).waitForCompletion(20_000);
    return client;
  }

  static void publish(MqttAsyncClient client, String topic, String payload) throws MqttException {
    client.publish(topic, payload.getBytes(UTF_8), 1, false).waitForCompletion(20_000);
  }

  static SSLContext context(IssuedCertificate own) {
    try {
      KeyStore anchors = KeyStore.getInstance("PKCS12");
      anchors.load(null, null);
      anchors.setCertificateEntry("site", SiteCertificates.ca().certificate());
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(anchors);
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setKeyEntry(
          "own", own.privateKey(), new char[0], own.chain().toArray(X509Certificate[]::new));
      KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
      managers.init(keys, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private boolean listens() {
    assertThat(process.isAlive()).as("mosquitto runs").isTrue();
    try (Socket there = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return there.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
