package io.pulsewarden.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What auditors read of a platform that ran, and what its owner does to the index and the log. */
@ExtendWith(PlatformExtension.class)
@Order(3)
class AuditReadingE2E {

  /** An id, a code, a number, a SPIFFE id or several codes: nothing that a person could say. */
  private static final Pattern NO_TEXT = Pattern.compile("[A-Za-z0-9:/._+=-]{0,200}");

  private final Platform platform;
  private final People people;
  private final LogAuditor log;

  AuditReadingE2E(Platform platform) {
    this.platform = platform;
    this.people = new People(platform);
    this.log = new LogAuditor(platform, people);
  }

  @Test
  void shouldHoldNoFreeTextInAnyEvent() {
    List<JsonNode> entries = log.entries(Map.of("limit", "1000"));

    List<String> spoken = new ArrayList<>();
    for (JsonNode entry : entries) {
      collectText(entry.path("event"), spoken);
    }

    assertThat(entries).hasSizeGreaterThan(10);
    assertThat(spoken).isEmpty();
  }

  @Test
  void shouldBeReadAsFhirByWhoMay() {
    String base = platform.address("PW_AUDIT_URL") + "/fhir/";

    Response found =
        people
            .as("auditor")
            .queryParam("type", "rest")
            .queryParam("outcome", "0")
            .queryParam("_count", 2)
            .get(base + "AuditEvent");
    Response refused = people.as("nurse").get(base + "AuditEvent");

    assertThat(found.statusCode()).isEqualTo(200);
    assertThat(Chart.parse(found.asString()).path("entry")).hasSize(2);
    assertThat(found.asString()).contains("IHE.BasicAudit.", "\"relation\":\"next\"");
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.asString()).contains("OperationOutcome");
    assertThat(
            people.anonymous().get(base + "metadata").path("rest[0].resource[0].type").toString())
        .isEqualTo("AuditEvent");
  }

  @Test
  void shouldHaveItsIndexBuiltAnewByOneCommandOfTheOwner() {
    int before = log.entries(Map.of("limit", "1000")).size();

    CommandResult rebuilt = platform.script("rebuild-index", "--patience", "300").orFail();

    assertThat(rebuilt.output()).contains("built from the log and compared with it");
    assertThat(log.entries(Map.of("limit", "1000"))).hasSizeGreaterThanOrEqualTo(before);
    assertThat(platform.script("prune-log").orFail().output()).contains("nothing is pruned");
  }

  private static void collectText(JsonNode node, List<String> spoken) {
    if (node.isTextual() && !NO_TEXT.matcher(node.asText()).matches()) {
      spoken.add(node.asText());
    }
    node.forEach(child -> collectText(child, spoken));
  }
}
