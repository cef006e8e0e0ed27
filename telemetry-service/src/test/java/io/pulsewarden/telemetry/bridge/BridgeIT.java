package io.pulsewarden.telemetry.bridge;

import static io.pulsewarden.telemetry.bridge.SiteBroker.publish;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.platform.network.CutWire;
import io.pulsewarden.telemetry.Clinic;
import io.pulsewarden.telemetry.SiteCertificates;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.TestTokens;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.devicefeed.Lifecycle;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.intake.IntakeBudget;
import io.pulsewarden.telemetry.intake.OverLimitException;
import io.pulsewarden.telemetry.intake.OverLimitException.Limit;
import io.pulsewarden.telemetry.intake.VitalsIntake;
import io.pulsewarden.telemetry.intake.VitalsIntake.Accepted;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.traffic.TrafficLimits;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bridge against a real Mosquitto. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class BridgeIT {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;
  @Inject TlsConfigurationRegistry tls;
  @Inject DeviceDirectory directory;
  @Inject VitalsIntake intake;
  @Inject TrafficLimits traffic;
  @Inject AuditTrail audit;
  @Inject AuditEvents events;

  private final long begin = System.currentTimeMillis() / 1_000 - 600;
  private final UUID gateway = UUID.randomUUID();
  private final UUID device = UUID.randomUUID();
  private final UUID unassigned = UUID.randomUUID();
  private final UUID foreign = UUID.randomUUID();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final FeedFreshness freshness =
      new FeedFreshness(Clock.systemUTC(), Duration.ofHours(1), Duration.ofHours(1));
  private final List<BridgeLifecycle> bridges = new ArrayList<>();
  private final List<String> came = new CopyOnWriteArrayList<>();
  private Clinic clinic;
  private UUID patient;
  private SiteBroker broker;
  private MqttAsyncClient publisher;

  @BeforeEach
  void open(@TempDir Path folder) throws IOException, MqttException {
    Assumptions.assumeTrue(
        SiteBroker.installed().isPresent(),
        "skipped: Mosquitto is not installed (Debian: apt install mosquitto)");
    broker = new SiteBroker(folder);
    publisher = broker.publisher();
    clinic = new Clinic(base, sealing);
    patient = clinic.patientInCare("MRN-bridge-" + gateway);
    TestDevices.heard(freshness, Clock.systemUTC().instant());
    TestDevices.put(
        directory,
        TestDevices.active(
            device,
            clinic.organisation,
            new Assignment(UUID.randomUUID(), 1, patient, 0, Long.MAX_VALUE)));
    TestDevices.put(directory, TestDevices.active(unassigned, clinic.organisation));
    TestDevices.put(directory, TestDevices.active(foreign, UUID.randomUUID()));
    putGateway(1, Lifecycle.REGISTERED);
  }

  @AfterEach
  void close() throws MqttException {
    bridges.forEach(bridge -> bridge.stop(new ShutdownEvent()));
    if (clinic != null) {
      clinic.close();
      publisher.disconnectForcibly(0, 100, false);
      publisher.close(true);
      broker.close();
    }
  }

  @Test
  void shouldTakeWhatDevicesPublishAtASitesBrokerAndKeepWhatIsWrong() throws Exception {
    BridgeLifecycle bridge = bridge("one");

    for (int i = 0; i < 20; i++) {
      publish(publisher, topic(device), heart(60 + i, i));
    }
    publish(publisher, topic(device), "no senml at all");
    publish(publisher, topic(UUID.randomUUID()), heart(99, 1));
    publish(publisher, topic(unassigned), heart(99, 2));
    publish(publisher, topic(foreign), heart(99, 3));
    publish(publisher, topic(device), named(unassigned, 4));
    publish(publisher, "ward/7/bed-2/vitals", heart(99, 5));
    publish(publisher, "other/7/" + device + "/vitals", heart(99, 6));

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(shown()).containsExactlyElementsOf(values(60, 20)));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(quarantined())
                    .containsExactlyInAnyOrder(
                        device + " not-json",
                        gateway + " not-your-device",
                        gateway + " not-your-device",
                        gateway + " not-your-device",
                        gateway + " not-your-device",
                        gateway + " foreign-topic"));
    await().atMost(PATIENCE).until(() -> counted("pulsewarden.bridge.acknowledged") == 26);

    // Once the registry says that the gateway may speak for it, one of them can be taken.
    putGateway(2, Lifecycle.ACTIVE, Set.of(device, foreign, unassigned));
    assertThat(replayAll("not-your-device")).containsExactlyInAnyOrder(200, 409, 409, 409);

    JsonNode first = observations("8867-4").getFirst();
    assertThat(first.toString()).contains("observation-gatewayDevice", gateway.toString());
    assertThat(bridge.open(bridge.brokers().getFirst())).isEqualTo(2);

    publish(
        publisher,
        topic(device),
        "[{\"n\":\"ecg-ii\",\"u\":\"uV\",\"t\":%d,\"vs\":\"period=4,factor=5;12 13 E -7\"}]"
            .formatted(begin));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(observations("11524-6"))
                    .singleElement()
                    .extracting(one -> one.get("valueSampledData").toString())
                    .isEqualTo(
                        "{\"origin\":{\"value\":0,\"unit\":\"mV\",\"system\":"
                            + "\"http://unitsofmeasure.org\",\"code\":\"mV\"},\"period\":4,"
                            + "\"factor\":0.005,\"dimensions\":1,\"data\":\"12 13 E -7\"}"));

    await().atMost(PATIENCE).until(() -> counted("pulsewarden.bridge.acknowledged") == 27);
    // Nothing of it is left at the broker.
    bridge.stop(new ShutdownEvent());
    bridge("one");
    publish(publisher, topic(device), heart(80, 20));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(shown()).containsExactlyElementsOf(values(60, 21)));
    assertThat(counted("pulsewarden.bridge.received")).isEqualTo(28);
  }

  @Test
  void shouldBeGivenAgainWhatItHadNotAcknowledgedWhenItDied() throws Exception {
    BridgedBroker registered = registered("two");
    CompletableFuture<Void> inKafka = new CompletableFuture<>();
    BridgeSession.Shared dying =
        new BridgeSession.Shared(
            (message, before, allowance) -> {
              Accepted accepted = intake.accept(message, before, allowance);
              // Kafka has it, and the process ends before it can say so.
              return new Accepted(
                  accepted.handedOver(),
                  accepted
                      .stored()
                      .thenCompose(
                          _ -> {
                            inKafka.complete(null);
                            return new CompletableFuture<>();
                          }));
            },
            new IntakeBudget(1 << 20),
            traffic,
            Clock.systemUTC(),
            journal());
    BrokerAdmission admission = new BrokerAdmission(directory, freshness);
    BridgeSession session =
        new BridgeSession(registered, () -> admission.toStay(registered), dying);
    try (CutWire wire = new CutWire(broker.port())) {
      BridgeClient client =
          new BridgeClient(
              at(registered, wire.port()),
              registered.clientId("two", 0),
              SiteBroker.context(SiteCertificates.client("telemetry-service")),
              session);
      assertThat(client.open()).isTrue();
      publish(publisher, topic(device), heart(60, 0));
      inKafka.join();
      wire.cut();
      client.close();
    }

    bridge("two");
    await().atMost(PATIENCE).until(() -> counted("pulsewarden.bridge.acknowledged") == 1);
    publish(publisher, topic(device), heart(61, 1));

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(shown()).containsExactly("60", "61"));
    assertThat(counted("pulsewarden.bridge.received")).as("the first one twice").isEqualTo(3);
  }

  @Test
  void shouldBeGivenOnlyTheRestAgainWhereAMessageIsTooMuch() throws Exception {
    BridgedBroker registered = registered("five");
    List<CompletableFuture<Receipt>> waiting = new CopyOnWriteArrayList<>();
    BridgeSession full = session(registered, waiting::add);
    BridgeClient client = client(registered, full);
    assertThat(client.open()).isTrue();
    for (int i = 1; i <= 8; i++) {
      publish(publisher, topic(device), heart(60 + i, i));
    }
    await().atMost(PATIENCE).until(() -> waiting.size() == 8);

    // The sixth is too much, and what came before it is stored a moment later.
    waiting.get(5).completeExceptionally(new OverLimitException(Limit.QUARANTINE_HELD));
    assertThat(full.ended()).isNotDone();
    waiting.subList(0, 5).forEach(one -> one.complete(new Receipt(0, 1, 0, 0, List.of())));
    assertThat(full.ended()).isCompletedWithValue(EndReason.QUARANTINE_FULL);
    client.close();

    List<CompletableFuture<Receipt>> again = new CopyOnWriteArrayList<>();
    BridgeClient next = client(registered, session(registered, again::add));
    assertThat(next.open()).isTrue();
    // In its order behind all that the broker still has.
    publish(publisher, topic(device), heart(70, 9));
    await().atMost(PATIENCE).until(() -> came.getLast().contains("\"v\":70"));
    next.close();
    assertThat(came.subList(8, came.size()))
        .extracting(payload -> payload.replaceAll(".*\"v\":(\\d+).*", "$1"))
        .containsExactly("66", "67", "68", "70");
  }

  /** One whose messages wait for the test. */
  private BridgeSession session(
      BridgedBroker registered, Consumer<CompletableFuture<Receipt>> waits) {
    BrokerAdmission admission = new BrokerAdmission(directory, freshness);
    return new BridgeSession(
        registered,
        () -> admission.toStay(registered),
        new BridgeSession.Shared(
            (message, before, _) -> {
              CompletableFuture<Receipt> stored = new CompletableFuture<>();
              came.add(new String(message.payload(), UTF_8));
              waits.accept(stored);
              return new Accepted(before, stored);
            },
            new IntakeBudget(1 << 20),
            traffic,
            Clock.systemUTC(),
            journal()));
  }

  private static BridgeClient client(BridgedBroker registered, BridgeSession session) {
    return new BridgeClient(
        registered,
        registered.clientId("five", 0),
        SiteBroker.context(SiteCertificates.client("telemetry-service")),
        session);
  }

  @Test
  void shouldComeBackAfterTheBrokerWasKilled() throws Exception {
    bridge("three");
    publish(publisher, topic(device), heart(60, 0));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(shown()).containsExactly("60"));

    broker.kill();
    await().atMost(PATIENCE).until(() -> counted("pulsewarden.bridge.closed") == 2);
    broker.start();
    publisher.disconnectForcibly(0, 100, false);
    publisher.close(true);
    publisher = broker.publisher();
    await().atMost(PATIENCE).until(() -> counted("pulsewarden.bridge.opened") >= 3);
    publish(publisher, topic(device), heart(61, 1));

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(shown()).containsExactly("60", "61"));
  }

  @Test
  void shouldLeaveWhatComesWithTheBrokerWhileTheRegistryForbidsItsGateway() throws Exception {
    bridge("four");
    await().atMost(PATIENCE).until(() -> counted("pulsewarden.bridge.opened") == 2);

    putGateway(2, Lifecycle.QUARANTINED);
    await().atMost(PATIENCE).until(() -> counted("pulsewarden.bridge.closed") == 2);
    publish(publisher, topic(device), heart(60, 0));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                metrics.find("pulsewarden.bridge.refused").counters().stream()
                    .anyMatch(one -> "gateway-refused".equals(one.getId().getTag("reason"))));
    assertThat(counted("pulsewarden.bridge.received")).isZero();
    putGateway(3, Lifecycle.ACTIVE);

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(shown()).containsExactly("60"));
  }

  private BridgeLifecycle bridge(String node) {
    BridgeLifecycle bridge =
        new BridgeLifecycle(
            configuration(node),
            tls,
            directory,
            freshness,
            intake,
            new IntakeBudget(1 << 20),
            traffic,
            journal(),
            Clock.systemUTC(),
            metrics);
    double before = counted("pulsewarden.bridge.opened");
    bridges.add(bridge);
    bridge.start(new StartupEvent());
    await().atMost(PATIENCE).until(() -> counted("pulsewarden.bridge.opened") >= before + 2);
    return bridge;
  }

  private BridgeJournal journal() {
    return new BridgeJournal(metrics, audit, events);
  }

  private BridgedBroker registered(String node) {
    return BridgedBroker.of(configuration(node).brokers().entrySet().iterator().next());
  }

  private static BridgedBroker at(BridgedBroker broker, int port) {
    return new BridgedBroker(
        broker.name(),
        "ssl://localhost:" + port,
        broker.gateway(),
        broker.organisation(),
        broker.pattern(),
        broker.group(),
        broker.tlsName(),
        broker.connections(),
        broker.receiveMaximum(),
        broker.maximumPacketSize(),
        broker.sessionExpiry());
  }

  private BridgeConfiguration configuration(String node) {
    String prefix = "pulsewarden.bridge.brokers.site.";
    return new SmallRyeConfigBuilder()
        .withMapping(BridgeConfiguration.class)
        .withConverter(Duration.class, 200, new DurationConverter())
        .withDefaultValues(
            Map.of(
                "pulsewarden.bridge.node",
                node,
                "pulsewarden.bridge.longest-pause",
                "1s",
                prefix + "url",
                "mqtts://localhost:" + broker.port(),
                prefix + "gateway",
                gateway.toString(),
                prefix + "organisation",
                clinic.organisation.toString(),
                prefix + "topic",
                "ward/+/{device}/vitals",
                prefix + "tls-configuration-name",
                SiteCertificates.TLS_NAME))
        .build()
        .getConfigMapping(BridgeConfiguration.class);
  }

  private void putGateway(long version, Lifecycle lifecycle) {
    putGateway(version, lifecycle, Set.of(device, foreign));
  }

  private void putGateway(long version, Lifecycle lifecycle, Set<UUID> speaksFor) {
    TestDevices.put(
        directory,
        new Device(
            gateway, clinic.organisation, version, lifecycle, Set.of(), List.of(), speaksFor));
  }

  /** Status codes. */
  private List<Integer> replayAll(String reason) {
    List<Integer> answers = new ArrayList<>();
    for (JsonNode item : quarantine()) {
      if (item.get("reason").asText().equals(reason)) {
        answers.add(
            clinic
                .post(
                    "/v1/quarantine/" + item.get("id").asText() + "/replay",
                    clinic.adminToken(),
                    "{\"reason\":\"gateway-registered\"}",
                    Map.of())
                .statusCode());
      }
    }
    return answers;
  }

  private double counted(String name) {
    return metrics.find(name).counters().stream().mapToDouble(one -> one.count()).sum();
  }

  private static String topic(UUID device) {
    return "ward/7/" + device + "/vitals";
  }

  private String heart(int value, int second) {
    return "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":%d,\"t\":%d}]".formatted(value, begin + second);
  }

  private String named(UUID other, int second) {
    return "[{\"n\":\"urn:uuid:%s:8867-4\",\"u\":\"/min\",\"v\":99,\"t\":%d}]"
        .formatted(other, begin + second);
  }

  private List<JsonNode> observations(String code) {
    return clinic.searchAll(
        "patient=" + patient + "&code=" + code + "&_sort=date&_count=1000", clinic.nurseToken());
  }

  private List<String> shown() {
    return observations("8867-4").stream()
        .map(one -> one.at("/valueQuantity/value").asText())
        .toList();
  }

  private static List<String> values(int from, int count) {
    return IntStream.range(from, from + count).mapToObj(Integer::toString).toList();
  }

  private JsonNode quarantine() {
    String privacy = TestTokens.of(UUID.randomUUID(), clinic.organisation, "privacy-officer");
    return Clinic.json(clinic.get("/v1/quarantine?limit=100", privacy)).get("items");
  }

  /** Under whose key, and why. */
  private List<String> quarantined() {
    List<String> found = new ArrayList<>();
    quarantine()
        .forEach(
            item -> found.add(item.get("deviceId").asText() + " " + item.get("reason").asText()));
    return found;
  }
}
