package io.pulsewarden.audit.siem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.Agent;
import io.pulsewarden.contracts.audit.v1.AgentKind;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.ChainHeartbeat;
import io.pulsewarden.contracts.audit.v1.ChainOpened;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.contracts.audit.v1.Finding;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OcsfMappingTest {

  private static final String HASH = "e2e7".repeat(16);

  private final OcsfMapping mapping = new OcsfMapping("pulsewarden.local/audit");

  @Test
  void shouldMakeTheBytesThatItAlwaysMade() throws IOException {
    Map<String, String> made = new LinkedHashMap<>();
    int index = 7;
    for (AuditRecord entry : examples()) {
      OcsfEvent event = mapping.event(index++, HASH, Optional.of(entry)).orElseThrow();
      made.put(event.classUid() + " " + entry.getBodyCase(), event.json());
    }
    made.put("0", mapping.event(index, HASH, Optional.empty()).orElseThrow().json());
    OcsfEvent first = mapping.event(7, HASH, Optional.of(examples().getFirst())).orElseThrow();
    made.put(
        "syslog",
        new String(
            new SyslogMessage("pulsewarden.local/audit").frame(first), StandardCharsets.US_ASCII));

    assertThat(String.join("\n", made.values()) + "\n")
        .isEqualTo(
            new String(
                Objects.requireNonNull(OcsfMappingTest.class.getResourceAsStream("/golden/ocsf-1"))
                    .readAllBytes(),
                StandardCharsets.US_ASCII));
  }

  @Test
  void shouldSayWhatThePageSays() throws IOException {
    String page =
        Files.readString(
            Path.of(System.getProperty("pulsewarden.root")).resolve("docs/formats/ocsf.md"));

    OcsfEvent first = mapping.event(7, HASH, Optional.of(examples().getFirst())).orElseThrow();
    assertThat(page.replaceAll("\\s", "")).contains(first.json().replace(" ", ""));
    assertThat(page).contains(OcsfMapping.VERSION);
  }

  @ParameterizedTest
  @EnumSource(AuditAction.class)
  void shouldHaveWhatOcsfRequiresForEachAction(AuditAction action) throws IOException {
    if (action == AuditAction.UNRECOGNIZED) {
      return;
    }
    AuditRecord entry =
        record()
            .setEvent(read().toBuilder().setAction(action).clearEntity().clearPatientId())
            .build();

    JsonNode json =
        new ObjectMapper()
            .readTree(mapping.event(1, HASH, Optional.of(entry)).orElseThrow().json());

    assertThat(json.get("type_uid").asLong())
        .isEqualTo(json.get("class_uid").asLong() * 100 + json.get("activity_id").asLong());
    assertThat(json.get("category_uid").asLong()).isEqualTo(json.get("class_uid").asLong() / 1000);
    assertThat(json.at("/metadata/product/vendor_name").asText()).isNotEmpty();
    assertThat(json.at("/metadata/uid").asText()).isEqualTo("1/" + HASH);
    assertThat(json.has("severity_id") && json.has("time")).isTrue();
    List<String> required =
        switch (json.get("class_uid").asInt()) {
          case 6003 -> List.of("/actor/user/uid", "/api/operation", "/src_endpoint/svc_name");
          case 3002 -> List.of("/user/uid", "/service/name");
          case 3004 -> List.of("/actor/user/uid", "/entity/uid");
          default -> List.of("/no class of ours");
        };
    assertThat(required).allSatisfy(path -> assertThat(json.at(path).isMissingNode()).isFalse());
  }

  @Test
  void shouldLetNothingThroughThatIsNoIdAndNoCode() {
    String text = "Jane Doe, born 1970-01-01";
    AuditEvent.Builder event =
        read().toBuilder()
            .setReasonCode(text)
            .setOrganisationId(text)
            .addPatientId(text)
            .addEntity(Entity.newBuilder().setType(text).setId(text))
            .setAgent(Agent.newBuilder().setId(text).addRole(text));

    for (AuditAction action :
        List.of(
            AuditAction.AUDIT_ACTION_OBSERVATION_READ,
            AuditAction.AUDIT_ACTION_SESSION_OPENED,
            AuditAction.AUDIT_ACTION_DEVICE_REVOKED)) {
      AuditRecord entry = record().setService(text).setEvent(event.setAction(action)).build();
      assertThat(mapping.event(1, HASH, Optional.of(entry)).orElseThrow().json())
          .doesNotContain("Jane", "1970", "born");
    }
  }

  @Test
  void shouldLeaveOutHeartbeats() {
    AuditRecord entry = record().setHeartbeat(ChainHeartbeat.getDefaultInstance()).build();

    assertThat(mapping.event(1, HASH, Optional.of(entry))).isEmpty();
  }

  private static List<AuditRecord> examples() {
    return Stream.of(
            record().setEvent(read()),
            record()
                .setEvent(
                    read().toBuilder()
                        .setAction(AuditAction.AUDIT_ACTION_SESSION_REFUSED)
                        .setOutcome(AuditOutcome.AUDIT_OUTCOME_DENIED)
                        .setReasonCode("revoked")
                        .setAgent(
                            Agent.newBuilder()
                                .setKind(AgentKind.AGENT_KIND_DEVICE)
                                .setId("0199a1b2-0000-7000-8000-000000000009"))
                        .clearPatientId()
                        .clearEntity()),
            record()
                .setEvent(
                    read().toBuilder()
                        .setAction(AuditAction.AUDIT_ACTION_DEVICE_REVOKED)
                        .clearPatientId()
                        .clearEntity()
                        .addEntity(Entity.newBuilder().setType("Device").setId("d-1"))),
            record()
                .setService("audit-service")
                .setFinding(
                    Finding.newBuilder()
                        .setKind(FindingKind.FINDING_KIND_GAP)
                        .setService("telemetry-service")
                        .setIncarnation(ByteString.copyFrom(new byte[16]))
                        .setSequence(3)
                        .setLeafIndex(6)),
            record()
                .setIncarnation(ByteString.copyFrom(new byte[16]))
                .setOpened(ChainOpened.getDefaultInstance()))
        .map(AuditRecord.Builder::build)
        .toList();
  }

  private static AuditRecord.Builder record() {
    return AuditRecord.newBuilder()
        .setService("telemetry-service")
        .setRecordedAtMs(1_764_000_000_001L);
  }

  private static AuditEvent read() {
    return AuditEvent.newBuilder()
        .setOccurredAtMs(1_764_000_000_000L)
        .setAction(AuditAction.AUDIT_ACTION_OBSERVATION_SEARCHED)
        .setOutcome(AuditOutcome.AUDIT_OUTCOME_SUCCESS)
        .setOrganisationId("5f1cf0f2-6e65-4d7b-9be0-6d0f0a8b7c13")
        .setAgent(
            Agent.newBuilder()
                .setKind(AgentKind.AGENT_KIND_USER)
                .setId("4c1a2b3d-0000-4000-8000-000000000001")
                .addRole("clinician"))
        .addPatientId("4c4a7d2f-1f7e-4c55-8a39-64a3a5cfe001")
        .addEntity(Entity.newBuilder().setType("Observation").setCount(25))
        .build();
  }
}
