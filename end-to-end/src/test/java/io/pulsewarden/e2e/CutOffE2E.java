package io.pulsewarden.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.e2e.Ward.RegisteredDevice;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** One device's session, on the running platform: what must not end it, and what must. */
@ExtendWith(PlatformExtension.class)
@Order(5)
final class CutOffE2E {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Pattern TIMES =
      Pattern.compile(
          "answered after (\\d+) ms[^\\n]*\\n"
              + "session closed +(\\d+) ms after it was asked, reason revoked ");

  private final Platform platform;
  private final People people;
  private final Ward ward;

  @TempDir Path folder;

  CutOffE2E(Platform platform) {
    this.platform = platform;
    this.people = new People(platform);
    this.ward = new Ward(platform, people);
  }

  @Test
  void shouldOutliveTheRegistrysEndAndNotARevocation() throws IOException {
    RegisteredDevice device =
        ward.device(
            "SN-CUT-OFF",
            ward.admit("Lindqvist", "Saga", "MRN-cut-off-1"),
            Clock.systemUTC().instant().minus(Duration.ofHours(1)));
    try (Command.Running simulator = simulate(device)) {
      configure(device);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(delivery(device).getString("configuration.acknowledgedVersion"))
                      .as(simulator.output())
                      .isEqualTo("1"));
      String since = delivery(device).getString("session.connectedAt");

      platform.kill("device-registry-service");
      platform.up();

      JsonPath after = delivery(device);
      assertThat(after.getString("session.connectedAt")).isEqualTo(since);
      assertThat(after.getString("session.disconnectedAt")).isNull();
      assertCutOffInTime(platform.script("revoke", device.id(), "--as", "admin").orFail());
      // The simulator comes back, and is told why not to whoever looks after the device.
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(vitals(device))
                      .containsPattern("session +since \\S+, ended \\S+ \\(revoked\\)")
                      .containsPattern("refused at CONNECT +certificate-revoked, "));
    }
  }

  /**
   * Soon after the registry's answer: G4's second is measured by {@code bench enrol}, since a
   * loaded machine may stand still for longer than that; or, where it is so slow that the answer
   * itself took longer than that, as long again.
   */
  private static void assertCutOffInTime(CommandResult revoked) {
    Matcher times = TIMES.matcher(revoked.output());
    assertThat(times.find()).as(revoked.output()).isTrue();
    long answered = Long.parseLong(times.group(1));
    long closed = Long.parseLong(times.group(2));
    System.out.printf("revoked: answered after %d ms, closed after %d ms%n", answered, closed);
    assertThat(closed - answered).as(revoked.output()).isLessThan(Math.max(5_000, answered));
  }

  private String vitals(RegisteredDevice device) {
    return platform.script("vitals", device.id(), "--as", "admin").output();
  }

  private Command.Running simulate(RegisteredDevice device) throws IOException {
    Path list = folder.resolve("devices.jsonl");
    Files.writeString(
        list,
        "{\"deviceId\":\"%s\",\"claim\":\"%s\",\"profile\":\"oximeter\",\"patient\":\"saga\"}\n"
            .formatted(device.id(), device.claim()));
    return platform
        .command("simulate", "--demo", list.toString())
        .with("--state", folder.resolve("state").toString())
        .start();
  }

  private void configure(RegisteredDevice device) {
    people
        .as("admin")
        .contentType(ContentType.JSON)
        .header("If-Match", "*")
        .body(Map.of("samplingIntervalS", 1))
        .put(platform.address("PW_REGISTRY_URL") + "/v1/devices/" + device.id() + "/configuration")
        .then()
        .statusCode(200);
  }

  private JsonPath delivery(RegisteredDevice device) {
    return people
        .as("admin")
        .get(ward.telemetry() + "/v1/devices/" + device.id() + "/delivery")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }
}
