package io.pulsewarden.benchmarks.intake;

import com.google.protobuf.ByteString;
import io.pulsewarden.benchmarks.BenchPlatform;
import io.pulsewarden.contracts.deviceregistry.v1.Assignment;
import io.pulsewarden.contracts.deviceregistry.v1.Credential;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceIssuer;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceKind;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceState;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceStateRecord;
import io.pulsewarden.contracts.deviceregistry.v1.LifecycleState;
import io.pulsewarden.simulator.endpoints.ServerTrust;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Devices by the thousand, of which the registry itself knows nothing: they are put into its feed
 * under its name, as a platform of the benchmark's own lets us. To enrol as many would take longer
 * than what is measured. Each is worn by a patient whom nobody else knows.
 */
final class FedDevices {

  private static final String REGISTRY = "device-registry-service";
  private static final String FEED = "device-registry.device-state.v1";
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final UUID ORGANISATION = new UUID(1, 1);

  private FedDevices() {}

  /** So many, known to whoever has read the feed to its end. */
  static List<DeviceIdentity> make(BenchPlatform platform, int count)
      throws IOException, GeneralSecurityException {
    DeviceIssuance issuance = new DeviceIssuance();
    List<DeviceIdentity> devices = new ArrayList<>();
    try (Producer<String, byte[]> feed =
        new KafkaProducer<>(
            settings(platform), new StringSerializer(), new ByteArraySerializer())) {
      put(
          feed,
          "issuer-bench",
          DeviceStateRecord.newBuilder()
              .setIssuer(
                  DeviceIssuer.newBuilder()
                      .setCertificate(ByteString.copyFrom(issuance.issuer().getEncoded())))
              .build());
      for (int i = 0; i < count; i++) {
        DeviceIdentity device = issuance.issue(UUID.randomUUID());
        devices.add(device);
        put(feed, device.device().toString(), state(device));
      }
      feed.flush();
    }
    return devices;
  }

  /** Returns when the last of them is let in. */
  static void awaitAdmitted(ServerTrust trust, String server, DeviceIdentity last)
      throws IOException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        new DeviceLine(trust.context(last.keyManagers()), server, last.device()).close();
        return;
      } catch (IOException notYet) {
        if (System.nanoTime() - until > 0) {
          throw notYet;
        }
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
  }

  private static DeviceStateRecord state(DeviceIdentity device) throws GeneralSecurityException {
    return DeviceStateRecord.newBuilder()
        .setDevice(
            DeviceState.newBuilder()
                .setDeviceId(device.device().toString())
                .setOrganisationId(ORGANISATION.toString())
                .setVersion(1)
                .setKind(DeviceKind.DEVICE_KIND_SENSOR)
                .setLifecycle(LifecycleState.LIFECYCLE_STATE_ACTIVE)
                .addAssignments(
                    Assignment.newBuilder()
                        .setAssignmentId(UUID.randomUUID().toString())
                        .setVersion(1)
                        .setPatientId(UUID.randomUUID().toString()))
                .addCredentials(
                    Credential.newBuilder().setFingerprint(fingerprint(device.chain().getFirst()))))
        .build();
  }

  private static ByteString fingerprint(X509Certificate certificate)
      throws GeneralSecurityException {
    return ByteString.copyFrom(
        MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
  }

  private static void put(Producer<String, byte[]> feed, String key, DeviceStateRecord record) {
    Future<RecordMetadata> _ = feed.send(new ProducerRecord<>(FEED, key, record.toByteArray()));
  }

  private static Map<String, Object> settings(BenchPlatform platform) throws IOException {
    Path folder = platform.data().resolve(REGISTRY);
    Properties service = new Properties();
    try (Reader in = Files.newBufferedReader(folder.resolve("config/application.properties"))) {
      service.load(in);
    }
    Path tls = folder.resolve(service.getProperty("pulsewarden.tls.dir", "tls"));
    Map<String, Object> settings = new HashMap<>();
    settings.put(
        "bootstrap.servers",
        Objects.requireNonNull(service.getProperty("kafka.bootstrap.servers"), "kafka"));
    settings.put("acks", "all");
    settings.put("security.protocol", "SSL");
    settings.put("ssl.keystore.type", "PEM");
    settings.put("ssl.keystore.location", tls.resolve("service.pem").toString());
    settings.put("ssl.truststore.type", "PEM");
    settings.put("ssl.truststore.location", tls.resolve("service-ca.crt").toString());
    return settings;
  }
}
