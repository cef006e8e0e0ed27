package io.pulsewarden.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.restassured.response.Response;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Those who watch the log from elsewhere, by configuration alone: two witnesses of our own, both of
 * which have to cosign, a SIEM over HTTPS, and a real syslog server. Last, because audit-service is
 * started anew with them.
 */
@ExtendWith(PlatformExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(6)
class LogWatchersE2E {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int LARGEST_BATCH = 256;

  private final Platform platform;
  private final People people;
  private final LogAuditor log;
  private Map<String, String> environment = Map.of();
  private WitnessPeer one;
  private WitnessPeer other;
  private SiemPeer siem;
  private SyslogPeer syslog;

  LogWatchersE2E(Platform platform) {
    this.platform = platform;
    this.people = new People(platform);
    this.log = new LogAuditor(platform, people);
  }

  @BeforeAll
  void startThemAndTellAuditService() throws IOException {
    Path folder = Files.createTempDirectory("watchers");
    one = WitnessPeer.start(folder, "one", log.key());
    other = WitnessPeer.start(folder, "other", log.key());
    siem = SiemPeer.start(folder);
    syslog = SyslogPeer.start(folder);
    Properties settings = new Properties();
    settings.put("pulsewarden.log.witnesses.quorum", "2");
    settings.putAll(one.settings());
    settings.putAll(other.settings());
    settings.putAll(siem.settings());
    settings.putAll(syslog.settings());
    Path file = folder.resolve("watchers.properties");
    try (Writer out = Files.newBufferedWriter(file)) {
      settings.store(out, null);
    }
    environment = Map.of("SMALLRYE_CONFIG_LOCATIONS", file.toUri().toString());
    platform.kill("audit-service");
    platform.up(environment);
  }

  @AfterAll
  void stopThem() {
    one.close();
    other.close();
    siem.close();
    syslog.close();
  }

  @Test
  @Order(1)
  void shouldPublishOnlyWhatBothWitnessesCosignedAndGoOnTakingEntries() {
    // Given
    await().atMost(PATIENCE).untilAsserted(this::assertCosigned);

    // When one of them is away
    other.kill();
    long shown = settled();
    Response answered = look();

    // Then entries are taken, and not shown
    assertThat(answered.statusCode()).isEqualTo(200);
    await()
        .during(Duration.ofSeconds(3))
        .atMost(PATIENCE)
        .until(() -> look().statusCode() == 200 && log.size() == shown);

    // When it is back
    other.startAgain();

    // Then they are
    await().atMost(PATIENCE).until(() -> log.size() > shown + 3);
    assertCosigned();
    assertThat(
            log.entries(Map.of("actor", people.id("auditor"), "action", "AUDIT_SEARCHED")).stream()
                .filter(entry -> entry.path("index").asLong() >= shown))
        .isNotEmpty();
  }

  @Test
  @Order(2)
  void shouldStreamEachEntryToTheSiemAndGoOnFromTheCursorAfterAKill() {
    // Given
    List<Long> first = eventsOfTheLog();
    await().atMost(PATIENCE).until(() -> new HashSet<>(siem.sequences()).containsAll(first));

    // When the service is killed while there is something to send
    for (int i = 0; i < 20; i++) {
      assertThat(look().statusCode()).isEqualTo(200);
    }
    platform.kill("audit-service");
    List<Long> heard = siem.sequences();
    platform.up(environment);

    // Then nothing is missing, and no more came twice than was on its way
    await().atMost(PATIENCE).until(() -> eventsOfTheLog().size() >= first.size() + 20);
    List<Long> all = eventsOfTheLog();
    await().atMost(PATIENCE).until(() -> new HashSet<>(siem.sequences()).containsAll(all));
    assertThat(siem.sequences().get(heard.size())).isGreaterThan(heard.getLast() - LARGEST_BATCH);
    assertThat(siem.sequences().subList(heard.size(), siem.sequences().size()))
        .as("what was confirmed before the kill is not sent again")
        .doesNotContain(first.getFirst());
  }

  @Test
  @Order(3)
  void shouldStreamTheSameToARealSyslogServer() {
    assumeThat(SyslogPeer.isInstalled())
        .withFailMessage("skipped: rsyslog with rsyslog-openssl is not installed")
        .isTrue();
    List<Long> all = eventsOfTheLog();

    await().atMost(PATIENCE).until(() -> new HashSet<>(syslog.sequences()).containsAll(all));
    // What nothing had confirmed before the kill came again: the same, to the byte.
    assertThat(new HashSet<>(syslog.messages(syslog.sequences().getFirst()))).hasSize(1);
  }

  /** Places of the events that an auditor finds now, the oldest first. */
  private List<Long> eventsOfTheLog() {
    return log.entries(Map.of("limit", "1000")).stream()
        .map(entry -> entry.path("index").asLong())
        .sorted()
        .toList();
  }

  /** What is recorded each time. */
  private Response look() {
    return people.as("auditor").get(platform.address("PW_AUDIT_URL") + "/v1/entries?limit=1");
  }

  private void assertCosigned() {
    assertThat(log.note()).contains("\n— " + one.name() + " ", "\n— " + other.name() + " ");
  }

  /** A round that was under way may still end well. */
  private long settled() {
    long[] last = {-1};
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(2))
        .until(
            () -> {
              long before = last[0];
              last[0] = log.size();
              return last[0] == before;
            });
    return last[0];
  }
}
