package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.RecordingAuditTrail;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.telemetry.devicefeed.CertificateStatus;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.devicefeed.Lifecycle;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.intake.Allowance;
import io.pulsewarden.telemetry.intake.IncomingMessage;
import io.pulsewarden.telemetry.intake.IntakeBudget;
import io.pulsewarden.telemetry.intake.VitalsIntake.Accepted;
import io.pulsewarden.telemetry.presence.Connection;
import io.pulsewarden.telemetry.presence.Elsewhere;
import io.pulsewarden.telemetry.presence.Presence;
import io.pulsewarden.telemetry.presence.Resumption;
import io.pulsewarden.telemetry.presence.Subscriptions;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.receipt.Receipt.Rejection;
import io.pulsewarden.telemetry.traffic.TrafficLimits;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The endpoint alone, over real TLS: one device is known, everything it sends is taken, nothing is
 * kept.
 */
final class LoneEndpoint implements AutoCloseable {

  /** A pack of no record. */
  static final byte[] PACK = "[]".getBytes(UTF_8);

  final UUID device = UUID.randomUUID();
  final SessionRegistry sessions;
  final IntakeBudget budget = new IntakeBudget(1 << 20);
  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final TestDeviceCa ca = new TestDeviceCa("devices");
  private final IssuedCertificate own = ca.issue(device);
  private final IssuedCertificate revoked = ca.issue(device);
  private final LocalCa edge = LocalCa.create("edge");
  private final SSLContext tls = DeviceTls.context(own, edge.certificate());
  private final SSLContext revokedTls = DeviceTls.context(revoked, edge.certificate());
  final RecordingAuditTrail audit = new RecordingAuditTrail();

  /** Why handshakes failed. */
  final Queue<TlsRefusal> refusedInTls = new ConcurrentLinkedQueue<>();

  /** What was thrown on an event loop and caught by nobody. */
  final Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();

  private final Vertx vertx = Vertx.vertx().exceptionHandler(uncaught::add);
  private final MqttServer server;

  LoneEndpoint() {
    this(LoneEndpoint::takeAll);
  }

  /**
   * One that hands messages to an intake of the test's own, and lets devices connect as they like.
   */
  LoneEndpoint(DeviceSession.Intake intake) {
    this(intake, Map.of("pulsewarden.mqtt.traffic.device-connects-per-second", "1000000"));
  }

  /** One with settings of the test's own. */
  LoneEndpoint(DeviceSession.Intake intake, Map<String, String> settings) {
    this(intake, settings, Clock.systemUTC());
  }

  /** One whose limits go by the test's clock, too. */
  LoneEndpoint(DeviceSession.Intake intake, Map<String, String> settings, Clock clock) {
    DeviceDirectory directory = new DeviceDirectory();
    FeedFreshness freshness = new FeedFreshness(clock, Duration.ofHours(1), Duration.ofHours(1));
    TestDevices.heard(freshness, clock.instant());
    TestDevices.putIssuer(directory, ca.certificate());
    UUID organisation = UUID.randomUUID();
    TestDevices.put(
        directory,
        new Device(
            device,
            organisation,
            1,
            Lifecycle.ACTIVE,
            Set.of(fingerprint(own)),
            List.of(),
            Set.of(),
            Map.of(fingerprint(revoked), CertificateStatus.REVOKED),
            Optional.empty()));
    sessions = new SessionRegistry(directory);
    DeviceTrust trust = new DeviceTrust(directory);
    MqttConfiguration limits = TestSessions.settings(settings);
    ConnectEndpoint endpoint =
        new ConnectEndpoint(
            vertx,
            new AdmissionPolicy(trust, directory, freshness, clock),
            sessions,
            new SessionJournal(
                metrics, audit, new AuditEvents(clock, new SecureRandom()), directory),
            new NothingKept(),
            limits,
            new DeviceSession.Shared(
                intake,
                budget,
                new TrafficLimits(SessionConfiguration.rates(limits.traffic()), clock),
                clock));
    MqttServerOptions options = new MqttServerOptions();
    EdgeTlsConfiguration.apply(options, Duration.ofMillis(300), refusedInTls::add);
    server =
        MqttServer.create(
                vertx,
                options
                    .setHost("127.0.0.1")
                    .setPort(0)
                    .setKeyCertOptions(KeyCertOptions.wrap(keys(edge.issueEdge("telemetry"))))
                    .setTrustOptions(TrustOptions.wrap(trust))
                    .setMaxMessageSize(limits.maximumPacketSize())
                    .setAutoClientId(false))
            .endpointHandler(endpoint::connect)
            .exceptionHandler(_ -> {});
    server.listen().toCompletionStage().toCompletableFuture().join();
  }

  /** An intake that has taken everything at once. */
  static Accepted takeAll(
      IncomingMessage message, CompletionStage<Void> before, Allowance allowance) {
    return new Accepted(before, CompletableFuture.completedFuture(taken(message)));
  }

  /** What a device is told whose one record was taken. */
  static Receipt taken(IncomingMessage message) {
    return new Receipt(message.receivedAtMillis(), 1, 0, 0, List.of());
  }

  /** What a device is told of whose records none was taken. */
  static Accepted refused(IncomingMessage message, int records) {
    List<Rejection> rejected =
        IntStream.range(0, records)
            .mapToObj(i -> new Rejection(i, RejectionReason.IMPOSSIBLE_VALUE))
            .toList();
    CompletionStage<Void> handedOver = CompletableFuture.completedFuture(null);
    return new Accepted(
        handedOver,
        CompletableFuture.completedFuture(
            new Receipt(message.receivedAtMillis(), records, 0, 0, rejected)));
  }

  /** Why sessions ended, as the audit log has it. */
  List<String> ends() {
    return audit.events().stream()
        .filter(event -> event.getAction() == AuditAction.AUDIT_ACTION_SESSION_CLOSED)
        .map(AuditEvent::getReasonCode)
        .toList();
  }

  /** Of the device; trusts the endpoint. */
  SSLContext tls() {
    return tls;
  }

  int port() {
    return server.actualPort();
  }

  /** A connection by a certificate that the device had, and that was revoked. */
  RawMqtt revokedConnection(int version) throws IOException {
    return new RawMqtt(revokedTls, port(), version);
  }

  private static String fingerprint(IssuedCertificate certificate) {
    return HexFormat.of().formatHex(TestDeviceCa.fingerprint(certificate.leaf()));
  }

  /** A connection of the device, before its CONNECT. */
  RawMqtt connection(int version) throws IOException {
    return new RawMqtt(tls(), port(), version);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static X509ExtendedKeyManager keys(IssuedCertificate certificate) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "edge",
          certificate.privateKey(),
          new char[0],
          certificate.chain().toArray(X509Certificate[]::new));
      KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(store, new char[0]);
      return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
    } catch (GeneralSecurityException | IOException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** Presence without a memory. */
  private static final class NothingKept implements Presence {
    @Override
    public CompletionStage<Resumption> opened(Connection connection) {
      return CompletableFuture.completedFuture(Resumption.NOTHING);
    }

    @Override
    public void subscribed(Connection connection, Subscriptions subscriptions) {}

    @Override
    public void configured(Connection connection, long version) {}

    @Override
    public void closed(Connection connection, String reason, long expirySeconds) {}

    @Override
    public void takenOver(Connection connection) {}

    @Override
    public CompletionStage<Elsewhere> openedElsewhere(Duration lookBack) {
      return CompletableFuture.completedFuture(new Elsewhere(Map.of(), true));
    }
  }
}
