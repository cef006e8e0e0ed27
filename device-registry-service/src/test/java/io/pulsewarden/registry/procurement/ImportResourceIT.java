package io.pulsewarden.registry.procurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.registry.testing.RawHttps;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.Token;
import io.pulsewarden.registry.testing.TopicReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
@SuppressWarnings("StringConcatToTextBlock") // A row a line, under a header that all share.
class ImportResourceIT {

  private static final String CSV = "text/csv";
  private static final String NDJSON = "application/x-ndjson";
  private static final String HEADER = "serialNumber,model,manufacturer,kind\n";

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  private Registry registry;

  @BeforeEach
  void setUp() {
    registry = Registry.ofNewOrganisation(base);
  }

  @Test
  void shouldImportGoodRowsAndReportTheOthers() {
    registry.register("SN-3").then().statusCode(201);
    String csv =
        HEADER
            + "SN-1,PX-1,Acme,sensor\n"
            + "SN-2,PX-1,Acme,toaster\n"
            + "SN-3,PX-1,Acme,sensor\n"
            + "SN-1,PX-1,Acme,sensor\n"
            + "SN-5,PX-1\n";

    run(CSV, csv, false)
        .then()
        .statusCode(200)
        .body("dryRun", equalTo(false))
        .body("rows", equalTo(5))
        .body("imported", equalTo(1))
        .body("problems.line", contains(3, 4, 5, 6))
        .body(
            "problems.code",
            contains("invalid-field", "device-already-registered", "duplicate-row", "invalid-row"))
        .body("problems[0].field", equalTo("kind"));

    procured().then().body("items.serialNumber", contains("SN-1"));
    run(CSV, csv, false).then().body("imported", equalTo(0));
  }

  @Test
  void shouldChangeNothingInADryRunAndSayTheSame() {
    String rows =
        "{\"serialNumber\":\"SN-1\",\"model\":\"PX-1\",\"manufacturer\":\"Acme\"}\n"
            + "{\"serialNumber\":\"SN-2\"}\n";

    run(NDJSON, rows, true)
        .then()
        .statusCode(200)
        .body("dryRun", equalTo(true))
        .body("imported", equalTo(1))
        .body("problems.line", contains(2));
    procured().then().body("items", hasSize(0));

    run(NDJSON, rows, false).then().body("imported", equalTo(1));
    procured().then().body("items", hasSize(1));
    run(NDJSON, rows, true)
        .then()
        .body("imported", equalTo(0))
        .body("problems.code", contains("device-already-registered", "invalid-field"));
  }

  @Test
  void shouldReceiveWhatWasProcured() {
    run(CSV, HEADER + "SN-1,PX-1,Acme,gateway\n", false).then().statusCode(200);
    String id = procured().then().extract().path("items[0].id");

    registry
        .transition(UUID.fromString(id), "receive", null)
        .then()
        .statusCode(200)
        .body("state", equalTo("registered"))
        .body("kind", equalTo("gateway"));

    try (TopicReader feed = TopicReader.ofDeviceStates()) {
      await().untilAsserted(() -> assertThat(feed.states(UUID.fromString(id))).hasSize(1));
    }
  }

  @Test
  void shouldImportMoreThanAnyOtherRequestMayHaveAndAuditEachBatch() {
    StringBuilder csv = new StringBuilder(HEADER);
    for (int i = 0; i < 5_000; i++) {
      csv.append("SN-").append(i).append(",PX-1,Acme,sensor\n");
    }
    assertThat(csv.length()).isGreaterThan(64 * 1024);

    run(CSV, csv.toString(), false).then().statusCode(200).body("imported", equalTo(5_000));

    try (TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          log.events(AuditAction.AUDIT_ACTION_DEVICES_IMPORTED).stream()
                              .filter(this::isOurs)
                              .mapToLong(event -> event.getEntity(1).getCount())
                              .sum())
                      .isEqualTo(5_000));
    }
  }

  /** As many as there may be, some of them bad. */
  @Test
  void shouldImportAHundredThousandRows() throws Exception {
    int rows = DeviceImport.MAX_ROWS;
    try (DeviceRows csv = new DeviceRows(rows)) {
      HttpResponse<String> done = stream(csv, "/v1/device-imports");

      assertThat(done.statusCode()).isEqualTo(200);
      JsonPath report = JsonPath.from(done.body());
      assertThat(report.getInt("rows")).isEqualTo(rows);
      assertThat(report.getInt("imported")).isEqualTo(rows - rows / DeviceRows.BAD);
      List<Integer> lines = report.getList("problems.line");
      assertThat(lines).hasSize(rows / DeviceRows.BAD).startsWith(2, 2 + DeviceRows.BAD);
      assertThat(Set.copyOf(report.getList("problems.code"))).isEqualTo(Set.of("invalid-field"));
      assertThat(Set.copyOf(report.getList("problems.field"))).isEqualTo(Set.of("kind"));
    }
    try (DeviceRows same = new DeviceRows(rows)) {
      HttpResponse<String> dry = stream(same, "/v1/device-imports?dryRun=true");
      assertThat(dry.body()).contains("\"imported\":0,");
    }
  }

  /**
   * The database refuses the second batch: the first is committed, nothing of the second is. Sent
   * again, the import brings the rest, and no device twice.
   */
  @Test
  void shouldBringTheRestAfterABatchFailed() {
    StringBuilder csv = new StringBuilder(HEADER);
    for (int i = 0; i < 2_500; i++) {
      csv.append(i == 1_700 ? "SN-CRASH" : "SN-" + i).append(",PX-1,Acme,sensor\n");
    }
    RegistryTestBed.execute(
        "CREATE FUNCTION import_crash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " IF NEW.serial_number = 'SN-CRASH' THEN RAISE EXCEPTION 'injected'; END IF;"
            + " RETURN NEW; END $$");
    RegistryTestBed.execute(
        "CREATE TRIGGER import_crash BEFORE INSERT ON device"
            + " FOR EACH ROW EXECUTE FUNCTION import_crash()");
    try {
      refused(run(CSV, csv.toString(), false), 500, "internal");
    } finally {
      RegistryTestBed.execute("DROP TRIGGER import_crash ON device");
      RegistryTestBed.execute("DROP FUNCTION import_crash()");
    }
    run(CSV, csv.toString(), true).then().body("imported", equalTo(1_500));

    run(CSV, csv.toString(), false)
        .then()
        .statusCode(200)
        .body("imported", equalTo(1_500))
        .body("problems.size()", equalTo(1_000));

    run(CSV, csv.toString(), true).then().body("imported", equalTo(0));
  }

  /** Whoever sends slowly, or stops in the middle, has what was sent so far. */
  @Test
  void shouldCommitAThousandRowsWhileOthersAreStillToCome() {
    String first = HEADER + rows(0, 1_500);
    try (RawHttps sender = RawHttps.open(base)) {
      sender
          .head(
              "POST /v1/device-imports HTTP/1.1",
              "Content-Type: " + CSV,
              "Authorization: Bearer " + Token.admin(registry.organisation()),
              "Transfer-Encoding: chunked")
          .chunk(first);

      await().untilAsserted(() -> run(CSV, first, true).then().body("imported", equalTo(500)));

      sender.chunk(rows(1_500, 2_500)).chunk("");
      assertThat(sender.answer())
          .startsWith("HTTP/1.1 200 ")
          .contains("\"rows\":2500,\"imported\":2500,");
    }
  }

  private static String rows(int from, int until) {
    StringBuilder csv = new StringBuilder();
    for (int i = from; i < until; i++) {
      csv.append("SN-").append(i).append(",PX-1,Acme,sensor\n");
    }
    return csv.toString();
  }

  private HttpResponse<String> stream(DeviceRows csv, String path)
      throws IOException, InterruptedException, GeneralSecurityException {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, new TrustManager[] {Registry.trustManager()}, null);
    try (HttpClient http = HttpClient.newBuilder().sslContext(tls).build()) {
      return http.send(
          HttpRequest.newBuilder(base.resolve(path))
              .header("Content-Type", CSV)
              .header("Authorization", "Bearer " + Token.admin(registry.organisation()))
              .POST(HttpRequest.BodyPublishers.ofInputStream(() -> csv))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private boolean isOurs(AuditEvent event) {
    return event.getOrganisationId().equals(registry.organisation().toString());
  }

  @Test
  void shouldNameWhatIsWrongWithTheWhole() {
    refused(run(CSV, "SN-1,PX-1,Acme\n", false), 400, "invalid-body");
    refused(run(CSV, "", false), 400, "invalid-body");
    refused(run("TEXT/CSV", "SN-1,PX-1,Acme\n", false), 400, "invalid-body");
    refused(run("application/json", "{}", false), 415, "unsupported-media-type");
    refused(
        registry
            .admin()
            .contentType(CSV)
            .queryParam("dryRun", "perhaps")
            .body(HEADER)
            .post("/v1/device-imports"),
        400,
        "invalid-parameter");
    procured().then().body("items", hasSize(0));
  }

  @Test
  void shouldRefuseOtherRolesAndKeepOrganisationsApart() {
    String csv = HEADER + "SN-1,PX-1,Acme,sensor\n";
    refused(
        registry
            .withToken(Token.of("clinician", registry.organisation().toString()))
            .contentType(CSV)
            .body(csv)
            .post("/v1/device-imports"),
        403,
        "forbidden");
    run(CSV, csv, false).then().body("imported", equalTo(1));

    Registry other = Registry.ofNewOrganisation(base);
    other
        .admin()
        .contentType(CSV)
        .body(csv)
        .post("/v1/device-imports")
        .then()
        .body("imported", equalTo(1));
    procured().then().body("items", hasSize(1));
  }

  private static void refused(Response answer, int status, String code) {
    answer
        .then()
        .statusCode(status)
        .contentType("application/problem+json")
        .body("code", equalTo(code));
  }

  private Response run(String type, String body, boolean dry) {
    return registry
        .admin()
        .contentType(type)
        .queryParam("dryRun", dry)
        .body(body.getBytes(StandardCharsets.UTF_8))
        .post("/v1/device-imports");
  }

  private Response procured() {
    return registry.admin().queryParam("state", "procured").get("/v1/devices");
  }
}
