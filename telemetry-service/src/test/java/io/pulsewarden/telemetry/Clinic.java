package io.pulsewarden.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.telemetry.v1.SealedVitals;
import io.pulsewarden.contracts.telemetry.v1.SubjectKind;
import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.vitals.Reading;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import io.pulsewarden.telemetry.vitals.VitalSign;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * An organisation of its own for one test: a nurse, a care team, patients, devices, and what the
 * intake would write to Kafka for them.
 */
public final class Clinic implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String VITALS = "telemetry.vitals.v1";

  public final UUID organisation = UUID.randomUUID();
  public final UUID nurse = UUID.randomUUID();
  public final UUID outsider = UUID.randomUUID();
  public final UUID admin = UUID.randomUUID();
  public final UUID device = UUID.randomUUID();

  private final URI base;
  private final Sealing sealing;
  private final HttpClient http;
  private final KafkaProducer<byte[], byte[]> producer;

  public Clinic(URI base, Sealing sealing) {
    this.base = base;
    this.sealing = sealing;
    this.http = HttpClient.newBuilder().sslContext(trustingTheEdge()).build();
    this.producer =
        new KafkaProducer<>(
            Map.copyOf(TelemetryServers.bed().kafkaProperties("telemetry-service")),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  public String nurseToken() {
    return TestTokens.of(nurse, organisation, "clinician");
  }

  public String outsiderToken() {
    return TestTokens.of(outsider, organisation, "clinician");
  }

  public String adminToken() {
    return TestTokens.of(admin, organisation, "patient-admin", "care-team-admin", "device-admin");
  }

  /** A patient with this record number, in the care of the nurse. */
  public UUID patientInCare(String recordNumber) {
    UUID patient = patient(recordNumber);
    UUID team =
        UUID.fromString(
            json(post("/v1/care-teams", adminToken(), "{\"name\":\"Ward\"}", Map.of()))
                .get("id")
                .asText());
    expect(204, put("/v1/care-teams/" + team + "/members/" + nurse, adminToken()));
    expect(204, put("/v1/care-teams/" + team + "/patients/" + patient, adminToken()));
    return patient;
  }

  public UUID patient(String recordNumber) {
    return UUID.fromString(json(createPatient(recordNumber)).get("id").asText());
  }

  public HttpResponse<String> createPatient(String recordNumber) {
    return post(
        "/fhir/Patient",
        adminToken(),
        patientJson(recordNumber),
        Map.of("If-None-Exist", "identifier=urn:mrn|" + recordNumber));
  }

  public static String patientJson(String recordNumber) {
    return """
    {"resourceType":"Patient","identifier":[{"system":"urn:mrn","value":"%s"}],
     "name":[{"family":"Canaryfeather","given":["Zenobia"]}],"birthDate":"1956-07-08"}\
    """
        .formatted(recordNumber);
  }

  /** A block of these readings, as the intake would have written it, acknowledged by Kafka. */
  public RecordMetadata send(UUID patient, List<Reading> readings) {
    return sendRaw(patient, vitals(patient, readings).toByteArray());
  }

  /** Anything at all, into the partition of this patient. */
  public RecordMetadata sendRaw(UUID patient, byte[] value) {
    return send(VITALS, patient.toString().getBytes(UTF_8), value);
  }

  /** Anything at all, acknowledged by Kafka. */
  public RecordMetadata send(String topic, byte[] key, byte[] value) {
    try {
      return producer.send(new ProducerRecord<>(topic, key, value)).get();
    } catch (InterruptedException | ExecutionException failed) {
      throw new IllegalStateException(failed);
    }
  }

  public SealedVitals vitals(UUID patient, List<Reading> readings) {
    VitalBlock block = new VitalBlock(false, readings);
    EnvelopeContext context =
        new EnvelopeContext(
            "vital-batch",
            organisation,
            patient,
            device,
            block.firstTimeMillis(),
            block.lastTimeMillis(),
            VitalBlock.SCHEMA_VERSION);
    byte[] envelope =
        sealing
            .seal(
                KeySubject.patient(organisation, patient), Purpose.VITALS, context, block.encode())
            .toCompletableFuture()
            .join();
    return SealedVitals.newBuilder()
        .setEnvelope(ByteString.copyFrom(envelope))
        .setOrganisationId(organisation.toString())
        .setSubjectKind(SubjectKind.SUBJECT_KIND_PATIENT)
        .setSubjectId(patient.toString())
        .setSourceId(device.toString())
        .setDeviceId(device.toString())
        .setFirstTimeMs(block.firstTimeMillis())
        .setLastTimeMs(block.lastTimeMillis())
        .setSchemaVersion(VitalBlock.SCHEMA_VERSION)
        .setAssignmentId(UUID.randomUUID().toString())
        .setAssignmentVersion(1)
        .setReceivedAtMs(block.lastTimeMillis())
        .build();
  }

  /** A block of readings that nobody wore the device for, as the intake would have written it. */
  public RecordMetadata hold(long deviceVersion, List<Reading> readings) {
    return sendRaw(device, held(deviceVersion, readings).toByteArray());
  }

  public SealedVitals held(long deviceVersion, List<Reading> readings) {
    VitalBlock block = new VitalBlock(false, readings);
    byte[] envelope =
        sealing
            .seal(
                KeySubject.device(organisation, device),
                Purpose.HOLD,
                new EnvelopeContext(
                    "vital-batch",
                    organisation,
                    device,
                    device,
                    block.firstTimeMillis(),
                    block.lastTimeMillis(),
                    VitalBlock.SCHEMA_VERSION),
                block.encode())
            .toCompletableFuture()
            .join();
    return vitals(device, readings).toBuilder()
        .setEnvelope(ByteString.copyFrom(envelope))
        .setSubjectKind(SubjectKind.SUBJECT_KIND_HELD_BY_DEVICE)
        .clearAssignmentId()
        .clearAssignmentVersion()
        .setDeviceVersion(deviceVersion)
        .build();
  }

  public static Reading heartRate(long timeMillis, String value) {
    return new Reading.Quantity(VitalSign.HEART_RATE, timeMillis, new BigDecimal(value));
  }

  /** Every entry of all pages of a search, in order. */
  public List<JsonNode> searchAll(String query, String token) {
    List<JsonNode> found = new ArrayList<>();
    String next = "/fhir/Observation?" + query;
    while (!next.isEmpty()) {
      HttpResponse<String> answer = get(next, token);
      expect(200, answer);
      JsonNode bundle = json(answer);
      bundle.path("entry").forEach(entry -> found.add(entry.get("resource")));
      next = "";
      for (JsonNode link : bundle.path("link")) {
        if ("next".equals(link.path("relation").asText())) {
          URI url = URI.create(link.get("url").asText());
          next = url.getRawPath() + "?" + url.getRawQuery();
        }
      }
    }
    return found;
  }

  /** What the nurse finds of the patient, once there are so many. */
  public List<JsonNode> awaitObservations(UUID patient, int count) {
    return await()
        .until(
            () -> searchAll("patient=" + patient + "&_count=1000", nurseToken()),
            found -> found.size() >= count);
  }

  public HttpResponse<String> get(String path, String token) {
    return send(authorised(path, token).GET().build());
  }

  public HttpResponse<String> put(String path, String token) {
    return send(authorised(path, token).PUT(HttpRequest.BodyPublishers.noBody()).build());
  }

  public HttpResponse<String> delete(String path, String token) {
    return send(authorised(path, token).DELETE().build());
  }

  public HttpResponse<String> post(
      String path, String token, String body, Map<String, String> headers) {
    HttpRequest.Builder request =
        authorised(path, token)
            .header(
                "Content-Type",
                path.startsWith("/fhir") ? "application/fhir+json" : "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return send(request.build());
  }

  public HttpResponse<String> getWithoutToken(String path) {
    return send(HttpRequest.newBuilder(base.resolve(path)).GET().build());
  }

  public static JsonNode json(HttpResponse<String> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException unreadable) {
      throw new IllegalStateException(answer.body(), unreadable);
    }
  }

  private static void expect(int status, HttpResponse<String> answer) {
    if (answer.statusCode() != status) {
      throw new AssertionError(answer.statusCode() + ": " + answer.body());
    }
  }

  private HttpRequest.Builder authorised(String path, String token) {
    return HttpRequest.newBuilder(base.resolve(path)).header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  static SSLContext trustingTheEdge() {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry("edge", TelemetryServers.bed().edgeCa().certificate());
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public void close() {
    producer.close();
    http.close();
  }
}
