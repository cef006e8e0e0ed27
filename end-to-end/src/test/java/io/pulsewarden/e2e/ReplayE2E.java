package io.pulsewarden.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A real patient's record, sent as it is by the simulator while processes are killed, and then read
 * by a clinician: G1, G2, G5, G9 and G10 in one story.
 */
@ExtendWith(PlatformExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(2)
class ReplayE2E {

  private static final String FAMILY = "Quillfeather-Zephyrine";
  private static final String MRN = "MRN-CANARY-86753091";
  private static final String GIVEN = "Ottoline-Marchbanks";
  private static final String CANARY_READING = "71.83645192";
  private static final List<String> CANARIES =
      List.of(
          FAMILY,
          GIVEN,
          MRN,
          CANARY_READING,
          // Stretches of the SenML as sent.
          "\"n\":\"8867-4\",\"u\":\"/min\",\"v\":",
          "\"n\":\"8480-6\",\"u\":\"mm[Hg]\",\"v\":");

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** What {@code receipt} says to do with it. */
  private static final Pattern CHECK = Pattern.compile("verify-receipt \\S+ --key (\\S+)");

  private final Platform platform;
  private final Chart chart;
  private final LogAuditor auditor;
  private final People people;
  private final Ward ward;
  private final Replay replay;

  ReplayE2E(Platform platform) {
    assumeThat(Replay.RECORD)
        .withFailMessage("skipped: no recorded patient at " + Replay.RECORD)
        .exists();
    this.platform = platform;
    this.people = new People(platform);
    this.chart = new Chart(platform, people);
    this.auditor = new LogAuditor(platform, people);
    this.ward = new Ward(platform, people);
    String patient = ward.admit(FAMILY, GIVEN, MRN);
    ward.careTeam("nurse", patient);
    this.replay = Replay.prepare(platform, ward, patient, Replay.RECORD);
  }

  @BeforeAll
  void replayWhileProcessesDie() {
    KillCampaign campaign = new KillCampaign(platform, 1);
    try (Command.Running simulator = replay.start()) {
      campaign.round(replay, simulator, 300, List.of("telemetry-service"));
      // All at once: while any of them is away the simulator could come to its end.
      campaign.round(
          replay, simulator, 1000, List.of("postgres", "kafka", "key-management-service"));
      simulator.result().orFail();
    }
  }

  @Test
  @Order(1)
  void shouldReadEveryRecordedValueOnceAndExactly() {
    List<String> expected = replay.expected();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(2))
        .untilAsserted(
            () ->
                assertThat(Chart.values(chart.observations("nurse", replay.patient())))
                    .hasSizeGreaterThanOrEqualTo(expected.size()));
    assertThat(replay.record().minutes()).isEqualTo(1936);
    assertThat(replay.read(chart, "nurse")).isEqualTo(expected);
  }

  @Test
  @Order(2)
  void shouldKeepEverySensorOffZeroInQuarantineAndOutOfTheChart() {
    for (RecordedVitals.Device device : RecordedVitals.Device.values()) {
      List<String> zeros =
          replay.record().sensorOff().stream()
              .filter(value -> value.device() == device)
              .map(value -> value.code() + " " + value.time() + " impossible-value")
              .sorted()
              .toList();
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(2))
          .untilAsserted(
              () -> assertThat(chart.quarantined(replay.device(device))).isEqualTo(zeros));
    }
    assertThat(replay.record().sensorOff()).hasSizeGreaterThan(6000);
  }

  @Test
  @Order(3)
  void shouldShowNothingOutsideTheCareTeamAndLogTheAttempt() {
    JsonNode bundle =
        Chart.parse(
            chart
                .search("nurse-elsewhere", replay.patient())
                .then()
                .statusCode(200)
                .extract()
                .asString());

    assertThat(bundle.path("entry")).isEmpty();
    assertThat(bundle.path("total").asInt(0)).isZero();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(auditor.reads(replay.patient(), people.id("nurse-elsewhere")))
                    .isNotEmpty()
                    .allSatisfy(entry -> assertThat(entry.toString()).contains("DENIED")));
  }

  @Test
  @Order(4)
  void shouldProveEachReadAgainstTheSignedCheckpoint() {
    String nurse = people.id("nurse");
    int before = auditor.reads(replay.patient(), nurse).size();
    chart.search("nurse", replay.patient()).then().statusCode(200);
    chart.search("nurse", replay.patient()).then().statusCode(200);

    await()
        .atMost(PATIENCE)
        .until(() -> auditor.reads(replay.patient(), nurse).size() >= before + 2);
    List<JsonNode> reads = auditor.reads(replay.patient(), nurse);
    for (JsonNode read : reads.subList(Math.max(0, reads.size() - 10), reads.size())) {
      auditor.prove(read.path("index").asLong());
    }
  }

  @Test
  @Order(5)
  void shouldHaveNoClearTextBelowTheDataFolder() throws IOException {
    Path canary = Files.createTempDirectory("canary").resolve("canary.csv");
    Files.writeString(canary, "minute,HR,NBPSys,NBPDias\n0,%s,0,0\n".formatted(CANARY_READING));
    try (Command.Running simulator =
        Replay.prepare(platform, ward, replay.patient(), canary).start()) {
      simulator.result().orFail();
    }
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                chart.observations("nurse", replay.patient()).toString().contains(CANARY_READING));

    ClearTextSearch search = new ClearTextSearch(platform.data());
    // It must be able to find: ids stand in clear.
    assertThat(search.find(List.of(replay.patient()))).isNotEmpty();
    assertThat(search.find(CANARIES)).isEmpty();
  }

  @Test
  @Order(6)
  void shouldProveOneMessageWithoutThePlatform() throws IOException {
    RecordedVitals.ExpectedValue value = replay.record().values().getFirst();
    Path file = Files.createTempDirectory("receipt").resolve("receipt.json");

    // The log may not have its range yet.
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> receipt(value, file).exitCode() == 0);
    Matcher check = CHECK.matcher(receipt(value, file).orFail().output());
    assertThat(check.find()).isTrue();
    String key = check.group(1);

    assertThat(verify(file, key).orFail().output()).contains("GOOD");
    Path other = file.resolveSibling("other.json");
    Files.writeString(other, withAnotherSalt(Files.readString(file)));
    assertThat(verify(other, key).exitCode()).isEqualTo(1);
  }

  private static String withAnotherSalt(String receipt) {
    int at = receipt.indexOf("\"salt\" : \"") + "\"salt\" : \"".length();
    char changed = receipt.charAt(at) == 'A' ? 'B' : 'A';
    return receipt.substring(0, at) + changed + receipt.substring(at + 1);
  }

  private CommandResult receipt(RecordedVitals.ExpectedValue value, Path file) {
    return platform.script(
        "receipt",
        replay.device(value.device()),
        "--time",
        value.time().toString(),
        "--out",
        file.toString(),
        "--as",
        "nurse");
  }

  @Test
  @Order(7)
  void shouldShowANurseWhereTheNewestReadingIsAndWhatWasRefused() {
    String monitor = replay.device(RecordedVitals.Device.MONITOR);

    CommandResult vitals =
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofSeconds(1))
            .until(
                () -> platform.script("vitals", monitor, "--as", "nurse"),
                shown -> shown.exitCode() == 0);

    assertThat(vitals.output())
        .contains("PUBACK", "/fhir/Observation/")
        .containsPattern("refused +\\d+ in quarantine: impossible-value \\d+;")
        .containsPattern("inclusion proof +verified against the signed checkpoint");
  }

  private static CommandResult verify(Path file, String key) {
    return Command.of(
            Platform.ROOT.resolve("pulsewarden").toString(),
            "verify-receipt",
            file.toString(),
            "--key",
            key)
        .environment("PULSEWARDEN_BUILD", "never")
        .run();
  }
}
