package io.pulsewarden.telemetry;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static io.pulsewarden.telemetry.Clinic.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.telemetry.RawHttp.Answer;
import io.pulsewarden.telemetry.keys.Sealing;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every endpoint against what nobody should send: it is refused by a status of its own, at once,
 * and the answer gives nothing away.
 */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class AttackIT {

  private static final long TIME = 1_795_000_000_000L;
  private static final String JSON_BODY = "Content-Type: application/json\r\n";
  private static final String ALL_ROLES =
      "clinician,device-admin,patient-admin,care-team-admin,privacy-officer";

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;

  private Clinic clinic;
  private RawHttp http;

  @BeforeEach
  void open() {
    clinic = new Clinic(base, sealing);
    http = new RawHttp(base);
  }

  @AfterEach
  void close() {
    clinic.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /fhir/Patient/@",
        "GET /fhir/Patient?identifier=a%7Cb",
        "POST /fhir/Patient",
        "GET /fhir/Observation/@",
        "GET /fhir/Observation?patient=@",
        "GET /v1/care-teams",
        "POST /v1/care-teams",
        "GET /v1/care-teams/@",
        "PUT /v1/care-teams/@/members/x",
        "DELETE /v1/care-teams/@/patients/@",
        "GET /v1/devices/@/delivery",
        "GET /v1/receipts?device=@&time=2026-11-18T11:06:40Z",
        "GET /v1/quarantine",
        "POST /v1/quarantine/0.0/replay",
        "POST /v1/quarantine/0.0/discard"
      })
  void shouldAnswerNobodyWithoutATokenOfOurs(String request) throws IOException {
    String[] parts = request.replace("@", UUID.randomUUID().toString()).split(" ", 2);
    String good = TestTokens.of(clinic.nurse, clinic.organisation, ALL_ROLES.split(",", -1));
    String[] pieces = good.split("\\.", -1);
    for (String token :
        List.of(
            "",
            "Authorization: Bearer\r\n",
            "Authorization: Bearer x.y.z\r\n",
            "Authorization: Basic bnVyc2U6bnVyc2U=\r\n",
            "Authorization: Bearer " + pieces[0] + "." + pieces[1] + ".\r\n",
            "Authorization: Bearer eyJhbGciOiJub25lIn0." + pieces[1] + ".\r\n",
            "Authorization: Bearer " + good.substring(0, good.length() - 6) + "AAAAAA\r\n")) {
      Answer answer = http.send(parts[0], parts[1], token + JSON_BODY, "{}".getBytes(UTF_8));
      assertThat(answer.status()).as("%s with %s", request, token).isEqualTo(401);
      clean(answer);
    }
    // No role at all, and another organisation's with every role.
    assertThat(call(parts, TestTokens.of(clinic.nurse, clinic.organisation)).status())
        .isIn(400, 403);
    Answer elsewhere =
        call(parts, TestTokens.of(UUID.randomUUID(), UUID.randomUUID(), ALL_ROLES.split(",", -1)));
    assertThat(elsewhere.status()).isBetween(200, 499);
    clean(elsewhere);
  }

  private Answer call(String[] request, String token) throws IOException {
    return http.send(request[0], request[1], bearer(token) + JSON_BODY, "{}".getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "/fhir/Patient application/fhir+json",
        "/v1/care-teams application/json",
        "/v1/quarantine/0.0/replay application/json"
      })
  void shouldRefuseBodiesThatAreNoneOfItsOwn(String path, String type) throws IOException {
    byte[] rubbish = new byte[1_000_000];
    new Random(7).nextBytes(rubbish);
    String headers = bearer(everyRole()) + "Content-Type: " + type + "\r\n";
    for (byte[] body :
        List.of(
            rubbish,
            "[".repeat(500_000).getBytes(UTF_8),
            "{\"a\":".repeat(160_000).getBytes(UTF_8),
            ("{\"resourceType\":\"Patient\",\"contained\":" + "[{\"contained\":".repeat(40_000))
                .getBytes(UTF_8),
            ("{\"name\":\"" + "x".repeat(900_000) + "\",\"reason\":\"" + "y".repeat(90_000) + "\"}")
                .getBytes(UTF_8),
            "{\"reason\":{},\"name\":[[]],\"identifier\":7}".getBytes(UTF_8),
            "[]".getBytes(UTF_8),
            new byte[] {(byte) 0x80, (byte) 0xFF, 0, 1})) {
      Answer answer = http.send("POST", path, headers, body);
      assertThat(answer.status()).as("%s", head(body)).isIn(400, 413, 422);
      clean(answer);
    }
    for (String body :
        List.of(
            "\"\"",
            "{\"a\":" + "9".repeat(900_000) + "}",
            "{\"reason\":\"\\ud800\",\"name\":7.5e99999999}")) {
      Answer answer = http.send("POST", path, headers, body.getBytes(UTF_8));
      // A care team needs no name, and may have a number for one.
      assertThat(answer.status()).isIn(path.equals("/v1/care-teams") ? 201 : 400, 400);
      clean(answer);
    }
    // Some are told, the others' connection is closed while they still write.
    byte[] tooMuch = new byte[3 << 20];
    assertThat(http.send("POST", path, headers, tooMuch).status()).isIn(0, 413);
    byte[] empty = new byte[] {'{', '}'};
    Answer xml = http.send("POST", path, bearer(everyRole()) + "Content-Type: text/xml\r\n", empty);
    assertThat(xml.status()).isEqualTo(415);
    Answer html = http.send("POST", path, headers + "Accept: text/html\r\n", empty);
    assertThat(html.status()).isIn(400, 404, 406, 422);
    clean(html);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/fhir/Observation?patient=@&_count=99999999999999999999",
        "/fhir/Observation?patient=@&_count=-1",
        "/fhir/Observation?patient=@&_count=%00",
        "/fhir/Observation?patient=@&date=ge99999999-01-01",
        "/fhir/Observation?patient=@&date=ge0000-00-00T99:99:99Z",
        "/fhir/Observation?patient=@&date=%D9%A2026",
        "/fhir/Observation?patient=@&code=,,,,,,,,",
        "/fhir/Observation?patient=@&patient=@",
        "/fhir/Observation?patient:identifier=@",
        "/fhir/Observation?patient=Patient/@/../@",
        "/fhir/Observation?patient=%FF%FE",
        "/fhir/Observation?patient=@&_include=*",
        "/fhir/Observation?_cursor=",
        "/fhir/Observation?_cursor=%00",
        "/fhir/Observation?_cursor=..%2F..%2Fetc%2Fpasswd",
        "/fhir/Observation/%00",
        "/fhir/Observation/%FF",
        "/fhir/Observation/..%2FPatient%2F@",
        "/fhir/Observation/$everything",
        "/fhir/Patient/%00",
        "/fhir/Patient/@%00",
        "/fhir/Patient?identifier=%7C",
        "/fhir/Patient?identifier=a%7Cb&identifier=a%7Cc",
        "/v1/care-teams/%00",
        "/v1/devices/%00/delivery",
        "/v1/devices/@/delivery?limit=99999999999999999999",
        "/v1/devices/@/delivery?limit=-1",
        "/v1/devices/@/delivery?limit=x",
        "/v1/quarantine?limit=0",
        "/v1/quarantine?limit=2147483648",
        "/v1/quarantine?device=%00",
        "/v1/quarantine?cursor=%00",
        "/v1/quarantine?cursor=%FF%FF",
        "/v1/receipts?device=@",
        "/v1/receipts?device=@&time=%2B1000000000-12-31T23:59:59.999999999Z",
        "/v1/receipts?device=@&time=-1000000000-01-01T00:00:00Z",
        "/v1/receipts?device=%00&time=2026-11-18T11:06:40Z",
        "/v1/receipts?device=@&time=%00",
        "/fhir/Observation?patient=%zz",
        "/fhir/Observation/%zz",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//fhir//Observation",
        "/fhir/Observation;jsessionid=1?patient=@;x"
      })
  void shouldRefuseParametersThatMeanNothing(String path) throws IOException {
    String wanted = path.replace("@", UUID.randomUUID().toString());

    Answer answer = http.send("GET", wanted, bearer(everyRole()));

    assertThat(answer.status()).as(answer.text()).isIn(400, 404);
    clean(answer);
  }

  @Test
  void shouldRefuseMoreThanAnybodyAsksFor() throws IOException {
    UUID patient = UUID.randomUUID();
    StringBuilder many = new StringBuilder("/fhir/Observation?patient=" + patient);
    StringBuilder codes = new StringBuilder("/fhir/Observation?patient=" + patient + "&code=1-8");
    for (int i = 0; i < 700; i++) {
      many.append("&a").append(i);
      codes.append(",1-8");
    }
    StringBuilder tenThousand = new StringBuilder(many);
    for (int i = 0; i < 10_000; i++) {
      tenThousand.append("&b").append(i).append('=');
    }
    assertThat(http.send("GET", many.toString(), bearer(everyRole())).status()).isEqualTo(400);
    assertThat(http.send("GET", codes.toString(), bearer(everyRole())).status()).isEqualTo(400);
    assertThat(http.send("GET", tenThousand.toString(), bearer(everyRole())).status()).isIn(0, 414);
    String longHeader = "X-Long: " + "x".repeat(100_000) + "\r\n";
    assertThat(http.send("GET", "/fhir/metadata", longHeader).status()).isIn(0, 400, 431);
    String headers = "X-Many: 1\r\n".repeat(10_000);
    assertThat(http.send("GET", "/fhir/metadata", headers).status()).isIn(0, 400, 431);
    String user = "/v1/care-teams/" + UUID.randomUUID() + "/members/";
    for (String id : List.of("%00", "x".repeat(2_000), "%FF", "%0D%0Ax", "%20")) {
      Answer answer = http.send("PUT", user + id, bearer(everyRole()));
      assertThat(answer.status()).as(id).isIn(400, 404);
      clean(answer);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/fhir/Patient",
        "/fhir/Patient/@",
        "/fhir/Observation",
        "/fhir/Observation/@",
        "/fhir/metadata",
        "/fhir",
        "/v1/care-teams",
        "/v1/care-teams/@",
        "/v1/devices/@/delivery",
        "/v1/receipts",
        "/v1/quarantine",
        "/v1/quarantine/0.0/replay",
        "/v1",
        "/",
        "/q/metrics",
        "/nothing/here"
      })
  void shouldAnswerOtherMethodsWithoutDoingAnything(String path) throws IOException {
    String wanted = path.replace("@", UUID.randomUUID().toString());
    for (String method : List.of("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "FOO")) {
      Answer answer =
          http.send(method, wanted, bearer(everyRole()) + JSON_BODY, "{}".getBytes(UTF_8));
      assertThat(answer.status()).as("%s %s", method, wanted).isIn(400, 404, 405, 415, 501);
      clean(answer);
    }
    for (String method : List.of("HEAD", "OPTIONS")) {
      Answer answer = http.send(method, wanted, bearer(everyRole()));
      assertThat(answer.status()).as("%s %s", method, wanted).isBetween(200, 499);
      clean(answer);
    }
  }

  @Test
  void shouldRefuseACursorOfWhichAnyBitWasChangedOrThatIsAnothers() throws IOException {
    UUID patient = clinic.patientInCare("MRN-cursor-bits");
    clinic.send(patient, List.of(heartRate(TIME, "62"), heartRate(TIME + 1, "63")));
    String search = "/fhir/Observation?patient=" + patient;
    await().until(() -> clinic.searchAll("patient=" + patient, clinic.nurseToken()).size() == 2);
    JsonNode page = json(clinic.get(search + "&_count=1", clinic.nurseToken()));
    String next = "";
    for (JsonNode link : page.get("link")) {
      if (link.get("relation").asText().equals("next")) {
        next = URI.create(link.get("url").asText()).getRawQuery().substring("_cursor=".length());
      }
    }
    assertThat(next).isNotEmpty();
    Random random = new Random(11);
    for (int i = 0; i < 60; i++) {
      StringBuilder changed = new StringBuilder(next);
      // Not the last one, of which not every bit says something.
      int at = random.nextInt(next.length() - 1);
      changed.setCharAt(at, next.charAt(at) == 'A' ? 'B' : 'A');
      Answer answer =
          http.send("GET", "/fhir/Observation?_cursor=" + changed, bearer(clinic.nurseToken()));
      assertThat(answer.status()).as("character %d", at).isEqualTo(400);
      clean(answer);
    }
    for (String token :
        List.of(
            TestTokens.of(clinic.nurse, UUID.randomUUID(), "clinician"),
            TestTokens.of(UUID.randomUUID(), UUID.randomUUID(), ALL_ROLES.split(",", -1)))) {
      assertThat(http.send("GET", "/fhir/Observation?_cursor=" + next, bearer(token)).status())
          .isEqualTo(400);
    }
    Answer outsider =
        http.send("GET", "/fhir/Observation?_cursor=" + next, bearer(clinic.outsiderToken()));
    assertThat(outsider.text()).doesNotContain("\"entry\"", "8867-4");
    assertThat(http.send("GET", "/v1/quarantine?cursor=" + next, bearer(everyRole())).status())
        .isEqualTo(400);
    for (String path :
        List.of(
            "/fhir/Patient/" + patient,
            search,
            "/fhir/Patient?identifier=urn%3Amrn%7CMRN-cursor-bits")) {
      Answer answer =
          http.send(
              "GET",
              path,
              bearer(TestTokens.of(clinic.nurse, UUID.randomUUID(), ALL_ROLES.split(",", -1))));
      assertThat(answer.status()).as(path).isIn(200, 404);
      assertThat(answer.text()).doesNotContain("Canaryfeather", "\"entry\"", "8867-4");
    }
  }

  /** Nothing of us, and nothing of what was sent, and by FHIR's own form where that is promised. */
  private static void clean(Answer answer) {
    assertThat(answer.text())
        .doesNotContain(
            "io.pulsewarden",
            "Exception",
            "\tat ",
            "SELECT",
            "see log number",
            "Canaryfeather",
            "Quarkus",
            "vertx");
  }

  private String everyRole() {
    return TestTokens.of(clinic.admin, clinic.organisation, ALL_ROLES.split(",", -1));
  }

  private static String bearer(String token) {
    return "Authorization: Bearer " + token + "\r\n";
  }

  private static String head(byte[] body) {
    return new String(body, 0, Math.min(40, body.length), UTF_8);
  }
}
