package io.pulsewarden.audit.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.audit.AuditClient;
import io.pulsewarden.audit.AuditScene;
import io.pulsewarden.audit.AuditServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What nobody asks in good faith: each is refused by its name, soon, and tells nothing. */
@QuarkusTest
@QuarkusTestResource(AuditServers.class)
class HostileRequestsIT {

  private static final String HASH = "0".repeat(64);
  private static final String TOO_LARGE = "9".repeat(30);
  private static final List<String> NUMBERS =
      List.of("-1", "9223372036854775808", TOO_LARGE, "1e3", "0x1", "%00", "1%20", "+1", "%D9%A3");

  private final AuditScene scene = new AuditScene();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/entries",
        "/v1/entries/0",
        "/v1/findings",
        "/tile/entries/000.p/1",
        "/tile/blob/0000000000000000000000000000000000000000000000000000000000000000",
        "/fhir/AuditEvent",
        "/fhir/AuditEvent/0",
        "/v1/patient-logins/somebody"
      })
  void shouldAnswerNobodyWithoutATokenOrTheRole(String path) {
    String nurse = AuditClient.token(scene.organisation, "clinician", "device-admin");
    String homeless = AuditClient.token(scene.organisation);

    assertThat(scene.client.get(path, Optional.empty()).statusCode()).isEqualTo(401);
    assertThat(scene.client.get(path, Optional.of(scene.auditor + "x")).statusCode())
        .isEqualTo(401);
    assertThat(scene.client.get(path, Optional.of(nurse)).statusCode()).isEqualTo(403);
    assertThat(scene.client.get(path, Optional.of(homeless)).statusCode()).isEqualTo(403);
    for (String method : List.of("POST", "PATCH")) {
      assertThat(scene.client.send(method, path, "{}", scene.auditor).statusCode())
          .as(method)
          .isBetween(400, 499);
    }
  }

  static Stream<String> paths() {
    return Stream.of(
            NUMBERS.stream()
                .flatMap(
                    number ->
                        Stream.of(
                            "/v1/entries/" + number,
                            "/fhir/AuditEvent/" + number,
                            "/v1/entries?limit=" + number,
                            "/v1/entries?topic=t&offset=0&partition=" + number,
                            "/v1/entries?topic=t&partition=0&offset=" + number,
                            "/v1/findings?limit=" + number,
                            "/v1/proofs/inclusion?index=" + number,
                            "/v1/proofs/inclusion?index=0&size=" + number,
                            "/v1/proofs/consistency?from=" + number,
                            "/v1/proofs/receipt?index=" + number,
                            "/fhir/AuditEvent?_count=" + number,
                            "/tile/0/" + number,
                            "/tile/entries/000.p/" + number)),
            Stream.of(
                "/v1/entries?topic=t&partition=0",
                "/v1/entries?limit=1001",
                "/v1/entries?cursor=%F0%9F",
                "/v1/entries?cursor=LTE",
                "/v1/entries?patient=1",
                "/v1/entries?actor=%00",
                "/v1/entries?actor='%20OR%201=1--",
                "/v1/entries?action=UNRECOGNIZED",
                "/v1/entries?from=-999999999-01-01T00:00Z",
                "/v1/entries?to=%2B999999999-12-31T23:59:59Z",
                "/v1/entries?from=yesterday",
                "/v1/findings?cursor=!"),
            Stream.of(
                "/fhir/AuditEvent?patient=../../etc",
                "/fhir/AuditEvent?date=ge0000-00-00",
                "/fhir/AuditEvent?date=2026-01-01T00:00:00%2B99:99",
                "/fhir/AuditEvent?agent=%00",
                "/fhir/AuditEvent?entity=Patient/%00",
                "/fhir/AuditEvent?_cursor=AAAA",
                "/fhir/AuditEvent?_cursor=AQ",
                "/fhir/AuditEvent?_include=*",
                "/fhir/AuditEvent?patient:not=x",
                "/fhir/AuditEvent?_format=xml"),
            Stream.of(
                "/tile/0/../../entries/000.p/1",
                "/tile/entries/../../v1/nothing",
                "/tile/0/%2e%2e/%2e%2e/application.properties",
                "/tile/entries/..%2f..%2f..%2fetc%2fpasswd",
                "/tile/entries/x999/x999/x999/x999/x999/x999/999",
                "/tile/entries/x999/x999/x999/x999/x999/999",
                "/tile/99999999999999999999/000",
                "/tile/blob/" + HASH,
                "/tile/blob/" + HASH.replace('0', 'G'),
                "/tile/blob/..",
                "/checkpoint/../v1/../../pruned/x",
                "/v1/log-key%00",
                "/v1/nothing"))
        .flatMap(each -> each);
  }

  @ParameterizedTest
  @MethodSource("paths")
  void shouldRefuseWhatCannotBeAskedAndSayNothingOfItself(String path) {
    HttpResponse<byte[]> answer = scene.client.get(path, Optional.of(scene.auditor));

    String body = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(answer.statusCode()).as(body).isBetween(400, 499);
    assertThat(body)
        .hasSizeLessThan(1_000)
        .doesNotContain("Exception", "io.pulsewarden", "java.", "SELECT", "\tat ", "/tmp/");
  }

  @Test
  void shouldEndWhatIsTooLongAndGoOn() {
    for (String path :
        List.of(
            "/v1/entries?actor=" + "a".repeat(60_000),
            "/fhir/AuditEvent?" + "date=2026&".repeat(10_000),
            "/tile/entries/" + "x000/".repeat(10_000) + "000")) {
      assertThat(isRefused(path)).as(path.substring(0, 30)).isTrue();
    }
    String officer = AuditClient.token(scene.organisation, "privacy-officer");
    for (String body :
        List.of(
            "x".repeat(1_000_000),
            "[".repeat(1_000_000),
            "{\"patient\":" + "{\"a\":".repeat(100_000),
            "{\"patient\":\"" + "9".repeat(1_000_000) + "\"}",
            "{\"patient\":" + "9".repeat(1_000_000) + "}",
            "null",
            "")) {
      HttpResponse<byte[]> answer =
          scene.client.send("PUT", "/v1/patient-logins/" + scene.patient, body, officer);
      assertThat(answer.statusCode()).isBetween(400, 499);
      assertThat(answer.body()).hasSizeLessThan(1_000);
    }
    assertThat(scene.client.get("/v1/entries", Optional.of(scene.auditor)).statusCode())
        .isEqualTo(200);
  }

  /** By an answer or, in HTTP/2, by the end of the connection. */
  private boolean isRefused(String path) {
    try {
      int status = scene.client.get(path, Optional.of(scene.auditor)).statusCode();
      return status >= 400 && status < 500;
    } catch (AssertionError failed) {
      return failed.getCause() instanceof IOException;
    }
  }

  @Test
  void shouldNotTakeATokenThatSaysTooLittle() {
    String nowhere = AuditClient.token(new UUID(0, 0), "auditor");

    assertThat(scene.client.json("/v1/entries", nowhere).get("items")).isEmpty();
    for (String lacking : List.of("sub", "organisation_id")) {
      String token = AuditClient.tokenWithout(lacking, scene.organisation, "auditor");
      for (String path : List.of("/v1/entries", "/v1/findings", "/fhir/AuditEvent")) {
        assertThat(scene.client.get(path, Optional.of(token)).statusCode())
            .as(path + " without " + lacking)
            .isEqualTo(403);
      }
    }
  }
}
