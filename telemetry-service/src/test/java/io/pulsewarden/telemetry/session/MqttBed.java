package io.pulsewarden.telemetry.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.contracts.telemetry.v1.QuarantinedInput;
import io.pulsewarden.contracts.telemetry.v1.SealedQuarantine;
import io.pulsewarden.contracts.telemetry.v1.SealedVitals;
import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.platform.ServiceTestBed;
import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.keys.Opened.Plaintext;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/** A registry with a CA, devices that it knows, and a look into Kafka. */
final class MqttBed implements AutoCloseable {

  /** A device that may connect, and who wears it. */
  record Wearable(UUID id, UUID patient, IssuedCertificate certificate) {}

  static final UUID ORGANISATION = UUID.randomUUID();

  final ServiceTestBed servers = TelemetryServers.bed();
  final TestDeviceCa ca = new TestDeviceCa("devices " + UUID.randomUUID());
  final TestRegistry registry = new TestRegistry(servers);

  MqttBed() {
    registry.trust(ca.certificate());
  }

  Wearable wearable() {
    UUID id = UUID.randomUUID();
    return activate(id, ca.issue(id));
  }

  Wearable activate(UUID id, IssuedCertificate certificate) {
    UUID patient = UUID.randomUUID();
    registry.activate(id, ORGANISATION, certificate.leaf(), patient);
    return new Wearable(id, patient, certificate);
  }

  /** One that the service knows by now, and would let in. */
  Wearable known(MqttServerLifecycle server, FeedFreshness freshness, DeviceDirectory directory) {
    Wearable device = wearable();
    await()
        .until(
            () ->
                server.port() != 0
                    && freshness.admitsSessions()
                    && directory.find(device.id()).isPresent()
                    && directory.trusts(ca.certificate()));
    return device;
  }

  /** A client of the device, connected. */
  MqttAsyncClient paho(Wearable device, int port) throws MqttException {
    MqttAsyncClient paho =
        new MqttAsyncClient(
            "ssl://localhost:" + port, device.id().toString(), new MemoryPersistence());
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setSocketFactory(tls(device.certificate()).getSocketFactory());
    paho.connect(options).waitForCompletion(60_000);
    return paho;
  }

  SSLContext tls(IssuedCertificate certificate) {
    return DeviceTls.context(certificate, servers.edgeCa().certificate());
  }

  RawMqtt raw(Wearable device, int port, int version) throws IOException {
    return new RawMqtt(tls(device.certificate()), port, version);
  }

  /** A connection of the device with a clean start, let in; one that may be silent for long. */
  RawMqtt connected(Wearable device, int port, int version) throws IOException {
    RawMqtt mqtt = raw(device, port, version);
    assertThat(mqtt.connect(device.id().toString(), 600).reason(1)).isZero();
    return mqtt;
  }

  /** What Kafka has of this patient, opened. */
  List<VitalBlock> vitals(Wearable device, Sealing sealing) {
    return KafkaView.values(servers, "telemetry.vitals.v1", device.patient()).stream()
        .map(value -> block(value, sealing))
        // By which assignment is the test's own draw.
        .map(block -> new VitalBlock(block.skewed(), block.readings()))
        .toList();
  }

  /** What stands in quarantine of this device, opened. */
  List<QuarantinedInput> quarantine(UUID device, Sealing sealing) {
    return KafkaView.values(servers, "telemetry.quarantine.v1", device).stream()
        .map(value -> input(value, sealing))
        .toList();
  }

  private static VitalBlock block(byte[] value, Sealing sealing) {
    try {
      SealedVitals sealed = SealedVitals.parseFrom(value);
      return VitalBlock.decode(
          opened(
              sealing,
              new EnvelopeContext(
                  "vital-batch",
                  UUID.fromString(sealed.getOrganisationId()),
                  UUID.fromString(sealed.getSubjectId()),
                  UUID.fromString(sealed.getDeviceId()),
                  sealed.getFirstTimeMs(),
                  sealed.getLastTimeMs(),
                  sealed.getSchemaVersion()),
              Purpose.VITALS,
              sealed.getEnvelope().toByteArray()));
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  private static QuarantinedInput input(byte[] value, Sealing sealing) {
    try {
      SealedQuarantine sealed = SealedQuarantine.parseFrom(value);
      UUID device = UUID.fromString(sealed.getDeviceId());
      return QuarantinedInput.parseFrom(
          opened(
              sealing,
              new EnvelopeContext(
                  "quarantine",
                  UUID.fromString(sealed.getOrganisationId()),
                  device,
                  device,
                  sealed.getReceivedAtMs(),
                  sealed.getReceivedAtMs(),
                  sealed.getSchemaVersion()),
              Purpose.QUARANTINE,
              sealed.getEnvelope().toByteArray()));
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  private static byte[] opened(
      Sealing sealing, EnvelopeContext context, Purpose purpose, byte[] envelope) {
    return ((Plaintext) sealing.open(context, purpose, envelope).toCompletableFuture().join())
        .bytes();
  }

  @Override
  public void close() {
    registry.close();
  }
}
