package io.pulsewarden.telemetry.session;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.deviceregistry.v1.Assignment;
import io.pulsewarden.contracts.deviceregistry.v1.Credential;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceConfiguration;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceIssuer;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceKind;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceState;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceStateRecord;
import io.pulsewarden.contracts.deviceregistry.v1.FeedHeartbeat;
import io.pulsewarden.contracts.deviceregistry.v1.LifecycleState;
import io.pulsewarden.contracts.deviceregistry.v1.WithheldCredential;
import io.pulsewarden.contracts.deviceregistry.v1.WithheldReason;
import io.pulsewarden.platform.ServiceTestBed;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The registry's side of the device feed, under its own identity, with a heartbeat. */
final class TestRegistry implements AutoCloseable {

  private static final String TOPIC = "device-registry.device-state.v1";
  private static final AtomicLong VERSION = new AtomicLong(System.currentTimeMillis());

  private final Producer<String, byte[]> producer;
  private final int partitions;
  private volatile boolean silent;
  private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor();

  TestRegistry(ServiceTestBed bed) {
    Map<String, Object> settings = new HashMap<>(bed.kafkaProperties("device-registry-service"));
    settings.put("acks", "all");
    producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    partitions = producer.partitionsFor(TOPIC).size();
    Future<?> _ = heart.scheduleAtFixedRate(this::beat, 0, 1, TimeUnit.SECONDS);
  }

  void trust(X509Certificate issuer) {
    issuer(issuer, false);
  }

  private void issuer(X509Certificate issuer, boolean retired) {
    try {
      send(
          "issuer-" + HexFormat.of().formatHex(TestDeviceCa.fingerprint(issuer)),
          DeviceStateRecord.newBuilder()
              .setIssuer(
                  DeviceIssuer.newBuilder()
                      .setCertificate(ByteString.copyFrom(issuer.getEncoded()))
                      .setRetired(retired))
              .build());
    } catch (CertificateEncodingException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** An active device with this certificate, worn by the patient for the last 30 days. */
  void activate(UUID device, UUID organisation, X509Certificate certificate, UUID patient) {
    put(
        state(device, organisation, LifecycleState.LIFECYCLE_STATE_ACTIVE)
            .addCredentials(credential(certificate))
            .addAssignments(
                Assignment.newBuilder()
                    .setAssignmentId(UUID.randomUUID().toString())
                    .setVersion(1)
                    .setPatientId(patient.toString())
                    .setFromMs(System.currentTimeMillis() - TimeUnit.DAYS.toMillis(30)))
            .build());
  }

  /** An active device with this certificate that the patient wears from then on; or nobody. */
  void wear(
      UUID device,
      UUID organisation,
      X509Certificate certificate,
      Optional<UUID> patient,
      long fromMillis) {
    DeviceState.Builder state =
        state(device, organisation, LifecycleState.LIFECYCLE_STATE_ACTIVE)
            .addCredentials(credential(certificate));
    patient.ifPresent(
        worn ->
            state.addAssignments(
                Assignment.newBuilder()
                    .setAssignmentId(UUID.randomUUID().toString())
                    .setVersion(1)
                    .setPatientId(worn.toString())
                    .setFromMs(fromMillis)));
    put(state.build());
  }

  /** An active device without a clock, with this certificate, that the patient always wore. */
  void wearClockless(UUID device, UUID organisation, X509Certificate certificate, UUID patient) {
    put(
        state(device, organisation, LifecycleState.LIFECYCLE_STATE_ACTIVE)
            .setClockless(true)
            .addCredentials(credential(certificate))
            .addAssignments(
                Assignment.newBuilder()
                    .setAssignmentId(UUID.randomUUID().toString())
                    .setVersion(1)
                    .setPatientId(patient.toString()))
            .build());
  }

  /** The issuer signs for devices no longer, and what it signed counts no more. */
  void retire(X509Certificate issuer) {
    issuer(issuer, true);
  }

  /** The device in this state, with this certificate alone. */
  void move(UUID device, UUID organisation, LifecycleState state, X509Certificate certificate) {
    put(state(device, organisation, state).addCredentials(credential(certificate)).build());
  }

  /** The device in this state, and its certificate taken from it for this reason. */
  void withhold(
      UUID device,
      UUID organisation,
      LifecycleState state,
      X509Certificate certificate,
      WithheldReason reason) {
    put(
        state(device, organisation, state)
            .addWithheldCredentials(
                WithheldCredential.newBuilder()
                    .setFingerprint(ByteString.copyFrom(TestDeviceCa.fingerprint(certificate)))
                    .setReason(reason))
            .build());
  }

  /** An active device with this certificate that is to measure so often. */
  void configure(
      UUID device,
      UUID organisation,
      X509Certificate certificate,
      long version,
      int samplingSeconds) {
    put(
        state(device, organisation, LifecycleState.LIFECYCLE_STATE_ACTIVE)
            .addCredentials(credential(certificate))
            .setConfiguration(
                DeviceConfiguration.newBuilder()
                    .setVersion(version)
                    .setSamplingIntervalS(samplingSeconds))
            .build());
  }

  /** A gateway that may speak for these devices and no others. */
  void authorise(
      UUID gateway, UUID organisation, X509Certificate certificate, Set<UUID> speaksFor) {
    put(
        state(gateway, organisation, LifecycleState.LIFECYCLE_STATE_ACTIVE)
            .setKind(DeviceKind.DEVICE_KIND_GATEWAY)
            .addCredentials(credential(certificate))
            .addAllGatewayFor(speaksFor.stream().map(UUID::toString).toList())
            .build());
  }

  /** Like a registry that is stopped: no heartbeat until it speaks again. */
  void silence(boolean silent) {
    this.silent = silent;
  }

  void revoke(UUID device, UUID organisation) {
    put(state(device, organisation, LifecycleState.LIFECYCLE_STATE_DECOMMISSIONED).build());
  }

  private void put(DeviceState state) {
    send(state.getDeviceId(), DeviceStateRecord.newBuilder().setDevice(state).build());
  }

  private static Credential credential(X509Certificate certificate) {
    return Credential.newBuilder()
        .setFingerprint(ByteString.copyFrom(TestDeviceCa.fingerprint(certificate)))
        .build();
  }

  private static DeviceState.Builder state(UUID device, UUID organisation, LifecycleState state) {
    return DeviceState.newBuilder()
        .setDeviceId(device.toString())
        .setOrganisationId(organisation.toString())
        .setVersion(VERSION.incrementAndGet())
        .setKind(DeviceKind.DEVICE_KIND_SENSOR)
        .setLifecycle(state);
  }

  private void beat() {
    if (silent) {
      return;
    }
    for (int partition = 0; partition < partitions; partition++) {
      Future<RecordMetadata> _ =
          producer.send(
              new ProducerRecord<>(
                  TOPIC,
                  partition,
                  "heartbeat",
                  DeviceStateRecord.newBuilder()
                      .setHeartbeat(FeedHeartbeat.newBuilder().setAtMs(System.currentTimeMillis()))
                      .build()
                      .toByteArray()));
    }
  }

  private void send(String key, DeviceStateRecord record) {
    Future<RecordMetadata> _ =
        producer.send(new ProducerRecord<>(TOPIC, key, record.toByteArray()));
    producer.flush();
  }

  @Override
  public void close() {
    heart.shutdownNow();
    producer.close();
  }
}
