package io.pulsewarden.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.data.Ports;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Where keys are, and where not: in heap dumps of the two services that hold any, while a patient's
 * data are read and after the patient was erased; and in logs and metrics. The true keys are
 * computed here, from the data folder. It runs before {@link ReplayE2E}, as {@link ErasureE2E}
 * does, because it erases.
 */
@ExtendWith(PlatformExtension.class)
@Order(1)
final class SecretsE2E {

  private static final String KEYS = "key-management-service";
  private static final String TELEMETRY = "telemetry-service";
  private static final String READING = "63.5182";
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final List<String> PURPOSES = List.of("vitals", "demographics", "receipt");

  /** In telemetry: the cache's, and its sealer's. */
  private static final int LIVE_BASE_KEYS = 2;

  private final Platform platform;
  private final People people;
  private final Ward ward;
  private final Chart chart;

  SecretsE2E(Platform platform) {
    this.platform = platform;
    this.people = new People(platform);
    this.ward = new Ward(platform, people);
    this.chart = new Chart(platform, people);
  }

  @Test
  void shouldHoldKeysInTheLiveCachesAloneAndNowhereOnceTheirPatientIsErased()
      throws IOException, InterruptedException {
    String patient = ward.admit("Okonkwo", "Obi", "MRN-secrets-1");
    ward.careTeam("nurse", patient);
    send(patient);
    await()
        .atMost(PATIENCE)
        .until(() -> chart.observations("nurse", patient).toString().contains(READING));
    Map<UUID, byte[]> subjectKeys = new TrueKeys(platform).subjectKeys();
    byte[] subjectKey = requireNonNull(subjectKeys.get(UUID.fromString(patient)));
    Map<String, byte[]> ofPatient = forms("subject key", subjectKey);
    Map<String, byte[]> baseKeys = baseKeys(subjectKey);

    // While the patient's data are read.
    chart.search("nurse", patient).then().statusCode(200);
    Map<String, Integer> inTelemetry = HeapDump.count(platform, TELEMETRY, baseKeys);
    assertThat(inTelemetry)
        .as("the search finds what is there")
        .isNotEmpty()
        .allSatisfy(
            (key, times) -> {
              assertThat(key).endsWith(" raw");
              assertThat(times).isLessThanOrEqualTo(LIVE_BASE_KEYS);
            });
    Map<String, byte[]> allSubjectKeys = new HashMap<>();
    subjectKeys.forEach((id, key) -> allSubjectKeys.putAll(forms(id.toString(), key)));
    assertThat(HeapDump.count(platform, TELEMETRY, allSubjectKeys)).isEmpty();
    assertThat(HeapDump.count(platform, KEYS, allSubjectKeys))
        .isNotEmpty()
        .allSatisfy(
            (key, times) -> {
              assertThat(key).endsWith(" raw");
              assertThat(times).isEqualTo(1);
            });
    assertThat(HeapDump.count(platform, KEYS, baseKeys)).isEmpty();

    erase(patient);

    Map<String, byte[]> all = new HashMap<>(ofPatient);
    all.putAll(baseKeys);
    assertThat(HeapDump.count(platform, TELEMETRY, all)).isEmpty();
    assertThat(HeapDump.count(platform, KEYS, all)).isEmpty();
    allSubjectKeys.putAll(baseKeys);
    assertNoSecretInLogsAndMetrics(allSubjectKeys);
  }

  /** Keys in any form, passphrases, passwords, tokens. */
  private void assertNoSecretInLogsAndMetrics(Map<String, byte[]> keys)
      throws IOException, InterruptedException {
    Map<String, byte[]> secrets = new HashMap<>(keys);
    for (String user : List.of("nurse", "privacy")) {
      String token = people.token(user);
      people.anonymous().auth().oauth2(token).get(platform.address("PW_FHIR_URL") + "/Patient");
      // Its signature is what makes it one.
      secrets.put("token of " + user, ascii(token.substring(token.lastIndexOf('.') + 1)));
    }
    for (String file : List.of("keyring-passphrase", "device-ca-passphrase")) {
      secrets.put(file, read(platform.data().resolve("secrets").resolve(file)));
    }
    Platform.properties(platform.data().resolve("secrets").resolve("passwords.properties"))
        .forEach(
            (name, value) -> {
              if (!name.equals("organisation")) {
                secrets.put(name.toString(), value.toString().getBytes(StandardCharsets.UTF_8));
              }
            });

    Map<String, Integer> found = new HashMap<>();
    for (Path folder : List.of(platform.data().resolve("logs"), metrics())) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          HeapDump.count(file, secrets)
              .forEach((secret, times) -> found.put(file + ": " + secret, times));
        }
      }
    }
    assertThat(found).isEmpty();
  }

  /** What each service tells a scraper, in a file each. */
  private Path metrics() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("metrics");
    Ports ports = Ports.of(new DataFolder(platform.data()));
    // Key management shows the certificate of a service here, the others that of the edge.
    Path authorities = Files.createTempFile("authorities", ".pem");
    Files.writeString(
        authorities,
        Files.readString(Path.of(platform.address("PW_SERVICE_CA_FILE")))
            + Files.readString(Path.of(platform.address("PW_CA_FILE"))));
    try (PlatformHttp http = PlatformHttp.trusting(authorities)) {
      for (Port port :
          List.of(
              Port.REGISTRY_MANAGEMENT,
              Port.TELEMETRY_MANAGEMENT,
              Port.KEYS_MANAGEMENT,
              Port.AUDIT_MANAGEMENT)) {
        String url = "https://localhost:" + ports.of(port) + "/q/metrics";
        byte[] text = http.send(PlatformHttp.request(url).build()).body();
        assertThat(text).as(url).isNotEmpty();
        Files.write(folder.resolve(port.key()), text);
      }
    }
    return folder;
  }

  private void send(String patient) throws IOException {
    Path record = Files.createTempDirectory("secrets").resolve("record.csv");
    Files.writeString(record, "minute,HR,NBPSys,NBPDias\n0,%s,0,0\n".formatted(READING));
    try (Command.Running simulator = Replay.prepare(platform, ward, patient, record).start()) {
      simulator.result().orFail();
    }
  }

  private void erase(String patient) {
    String erasure = platform.address("PW_KEYS_URL") + "/v1/patients/" + patient + "/erasure";
    people
        .toKeyManagementAs("privacy")
        .contentType(ContentType.JSON)
        .body(Map.of("reason", "patient-request", "legalBasis", "gdpr-art-17"))
        .post(erasure)
        .then()
        .statusCode(201);
    people
        .toKeyManagementAs("privacy-deputy")
        .post(erasure + "/confirmation")
        .then()
        .statusCode(200);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                people
                    .toKeyManagementAs("privacy")
                    .get(erasure)
                    .then()
                    .body("state", equalTo("completed")));
  }

  /** Of the days that this test can have seen. */
  private static Map<String, byte[]> baseKeys(byte[] subjectKey) {
    long today = Math.floorDiv(Instant.now().getEpochSecond(), Duration.ofDays(1).toSeconds());
    Map<String, byte[]> keys = new HashMap<>();
    for (String purpose : PURPOSES) {
      for (long epoch : new long[] {0, today - 1, today, today + 1}) {
        byte[] key = TrueKeys.baseKey(subjectKey, purpose, epoch);
        keys.putAll(forms(purpose + " " + epoch, key));
      }
    }
    return keys;
  }

  /** As bytes and as what text it may have been made. */
  private static Map<String, byte[]> forms(String name, byte[] key) {
    return Map.of(
        name + " raw",
        key,
        name + " base64",
        ascii(Base64.getEncoder().withoutPadding().encodeToString(key)),
        name + " base64url",
        ascii(Base64.getUrlEncoder().withoutPadding().encodeToString(key)),
        name + " hex",
        ascii(HexFormat.of().formatHex(key)));
  }

  private static byte[] read(Path file) throws IOException {
    return Files.readString(file).strip().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
