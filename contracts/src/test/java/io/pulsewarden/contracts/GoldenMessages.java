package io.pulsewarden.contracts;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.pulsewarden.contracts.audit.v1.Agent;
import io.pulsewarden.contracts.audit.v1.AgentKind;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.ChainClosed;
import io.pulsewarden.contracts.audit.v1.ChainHeartbeat;
import io.pulsewarden.contracts.audit.v1.ChainKind;
import io.pulsewarden.contracts.audit.v1.ChainOpened;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.contracts.audit.v1.Finding;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import io.pulsewarden.contracts.audit.v1.SignedHead;
import io.pulsewarden.contracts.audit.v1.StoredRange;
import io.pulsewarden.contracts.audit.v1.TextProof;
import io.pulsewarden.contracts.deviceregistry.v1.Assignment;
import io.pulsewarden.contracts.deviceregistry.v1.Credential;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceConfiguration;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceIssuer;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceKind;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceState;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceStateRecord;
import io.pulsewarden.contracts.deviceregistry.v1.FeedHeartbeat;
import io.pulsewarden.contracts.deviceregistry.v1.LifecycleState;
import io.pulsewarden.contracts.deviceregistry.v1.WithheldCredential;
import io.pulsewarden.contracts.deviceregistry.v1.WithheldReason;
import io.pulsewarden.contracts.keys.v1.KeyFeedHeartbeat;
import io.pulsewarden.contracts.keys.v1.KeyState;
import io.pulsewarden.contracts.keys.v1.KeyStateRecord;
import io.pulsewarden.contracts.keys.v1.KeySubjectKind;
import io.pulsewarden.contracts.keys.v1.SubjectKeyState;
import io.pulsewarden.contracts.telemetry.v1.DeviceActivity;
import io.pulsewarden.contracts.telemetry.v1.QuarantinedInput;
import io.pulsewarden.contracts.telemetry.v1.SealedAlert;
import io.pulsewarden.contracts.telemetry.v1.SealedQuarantine;
import io.pulsewarden.contracts.telemetry.v1.SealedVitals;
import io.pulsewarden.contracts.telemetry.v1.SubjectKind;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One message for each shape that crosses a topic, every field set. Their bytes stand in {@code
 * src/test/resources/golden} and never change; a new field gets a new golden message.
 */
final class GoldenMessages {
  private static final String ORGANISATION = "0b9c6f0e-6b1d-4a52-9f3a-5d0c7c1f2a10";
  private static final String DEVICE = "5f3f8c1e-0a54-4b0e-8d3a-2b1f6c9e7d21";
  private static final String GATEWAY = "c2d1a7b4-93e8-4c5f-b6a0-1e2d3c4b5a69";
  private static final String PATIENT = "9a1d2e3f-4b5c-4d6e-8f70-8192a3b4c5d6";
  private static final String ASSIGNMENT = "3e2d1c0b-aa99-4887-9766-554433221100";
  private static final String SUBJECT_KEY = "77f1c9d2-1c2b-4f3e-a4d5-6e7f8091a2b3";
  private static final String EVENT = "0192f8a0-7c3e-7d21-8b11-5a4b3c2d1e0f";
  private static final String ALERT = "0192f8a0-7c3e-7d21-8b11-000000000a1e";
  private static final long TIME = 1_700_000_000_123L;

  private GoldenMessages() {}

  /** By file name without its ending. */
  static SortedMap<String, Message> all() {
    var all = new TreeMap<String, Message>();
    all.put("device-state-device", deviceState());
    all.put("device-state-configured", configuredDevice());
    all.put("device-state-withheld", withheldDevice());
    all.put("device-activity", deviceActivity());
    all.put(
        "device-state-heartbeat",
        DeviceStateRecord.newBuilder()
            .setHeartbeat(FeedHeartbeat.newBuilder().setAtMs(TIME))
            .build());
    all.put(
        "device-state-issuer",
        DeviceStateRecord.newBuilder()
            .setIssuer(DeviceIssuer.newBuilder().setCertificate(bytes(40, 1)).setRetired(true))
            .build());
    all.put("key-state-subject-key", keyState());
    all.put(
        "key-state-heartbeat",
        KeyStateRecord.newBuilder()
            .setHeartbeat(KeyFeedHeartbeat.newBuilder().setAtMs(TIME))
            .build());
    all.put("sealed-vitals", sealedVitals());
    all.put("sealed-vitals-device-version", sealedVitalsOfDeviceVersion());
    all.put(
        "sealed-vitals-numbered",
        sealedVitalsOfDeviceVersion().toBuilder().setSequence(4_711).build());
    all.put("sealed-quarantine", sealedQuarantine());
    all.put(
        "sealed-quarantine-numbered",
        sealedQuarantine().toBuilder().setSourceId(GATEWAY).setSequence(4_711).build());
    all.put(
        "sealed-quarantine-reason",
        sealedQuarantine().toBuilder().setReason("impossible-value").build());
    all.put(
        "sealed-quarantine-times",
        sealedQuarantine().toBuilder().setFirstTimeMs(TIME - 5).setLastTimeMs(TIME).build());
    all.put("quarantined-input", quarantinedInput());
    all.put("quarantined-input-counted", quarantinedInput().toBuilder().setRecordCount(41).build());
    all.put("quarantined-input-numbered", quarantinedInput().toBuilder().setNumbered(true).build());
    all.put("quarantined-input-skewed", quarantinedInput().toBuilder().setSkewed(true).build());
    all.put("quarantined-input-worn", quarantinedInput().toBuilder().addWearerId(PATIENT).build());
    all.put("sealed-alert", sealedAlert());
    all.put(
        "audit-opened",
        auditRecord(0)
            .setOpened(
                ChainOpened.newBuilder()
                    .addCertificateChain(bytes(40, 2))
                    .addCertificateChain(bytes(40, 3))
                    .setHead(head())
                    .setKind(ChainKind.CHAIN_KIND_PROCESS))
            .build());
    all.put(
        "audit-heartbeat",
        auditRecord(7)
            .setHeartbeat(
                ChainHeartbeat.newBuilder().setHead(head()).addCertificateChain(bytes(40, 2)))
            .build());
    all.put(
        "audit-closed",
        auditRecord(9)
            .setClosed(ChainClosed.newBuilder().setHead(head()).addCertificateChain(bytes(40, 2)))
            .build());
    all.put("audit-event", auditRecord(3).setEvent(auditEvent()).build());
    all.put(
        "audit-event-text-proof",
        auditRecord(4)
            .setEvent(
                AuditEvent.newBuilder()
                    .setEventId(EVENT)
                    .setOccurredAtMs(TIME)
                    .setAction(AuditAction.AUDIT_ACTION_BREAK_GLASS_STARTED)
                    .addTextProof(
                        TextProof.newBuilder().setName("explanation").setSaltedHash(bytes(32, 13))))
            .build());
    all.put(
        "audit-finding",
        auditRecord(11)
            .setFinding(
                Finding.newBuilder()
                    .setKind(FindingKind.FINDING_KIND_GAP)
                    .setService("telemetry-service")
                    .setIncarnation(bytes(16, 4))
                    .setSequence(42)
                    .setLeafIndex(1_000_003))
            .build());
    all.put(
        "audit-finding-unreadable",
        AuditRecord.newBuilder()
            .setService("audit-service")
            .setRecordedAtMs(TIME)
            .setFinding(
                Finding.newBuilder()
                    .setKind(FindingKind.FINDING_KIND_UNREADABLE)
                    .setLeafIndex(1_000_004)
                    .setValueHash(bytes(32, 12)))
            .build());
    return all;
  }

  private static DeviceStateRecord withheldDevice() {
    return DeviceStateRecord.newBuilder()
        .setDevice(
            DeviceState.newBuilder()
                .setDeviceId(DEVICE)
                .setOrganisationId(ORGANISATION)
                .setVersion(5)
                .setLifecycle(LifecycleState.LIFECYCLE_STATE_QUARANTINED)
                .setKind(DeviceKind.DEVICE_KIND_SENSOR)
                .setChangedAtMs(TIME)
                .addWithheldCredentials(
                    WithheldCredential.newBuilder()
                        .setFingerprint(bytes(32, 13))
                        .setNotAfterMs(TIME + 86_400_000)
                        .setReason(WithheldReason.WITHHELD_REASON_SUSPENDED))
                .addWithheldCredentials(
                    WithheldCredential.newBuilder()
                        .setFingerprint(bytes(32, 14))
                        .setNotAfterMs(TIME + 43_200_000)
                        .setReason(WithheldReason.WITHHELD_REASON_REVOKED)))
        .build();
  }

  private static DeviceStateRecord configuredDevice() {
    return DeviceStateRecord.newBuilder()
        .setDevice(
            DeviceState.newBuilder()
                .setDeviceId(DEVICE)
                .setOrganisationId(ORGANISATION)
                .setVersion(3)
                .setLifecycle(LifecycleState.LIFECYCLE_STATE_ENROLLED)
                .setKind(DeviceKind.DEVICE_KIND_SENSOR)
                .setChangedAtMs(TIME)
                .setConfiguration(
                    DeviceConfiguration.newBuilder()
                        .setVersion(4)
                        .setSamplingIntervalS(60)
                        .setReportingIntervalS(900)
                        .setBatteryThresholdPercent(15)))
        .build();
  }

  private static DeviceActivity deviceActivity() {
    return DeviceActivity.newBuilder()
        .setDeviceId(DEVICE)
        .setOrganisationId(ORGANISATION)
        .setConnectedAtMs(TIME)
        .setDisconnectedAtMs(TIME - 60_000)
        .setConfigurationVersion(4)
        .setConfigurationAcknowledgedAtMs(TIME + 250)
        .build();
  }

  private static DeviceStateRecord deviceState() {
    return DeviceStateRecord.newBuilder()
        .setDevice(
            DeviceState.newBuilder()
                .setDeviceId(GATEWAY)
                .setOrganisationId(ORGANISATION)
                .setVersion(12)
                .setLifecycle(LifecycleState.LIFECYCLE_STATE_ACTIVE)
                .addCredentials(
                    Credential.newBuilder().setFingerprint(bytes(32, 5)).setNotAfterMs(TIME + 1))
                .addAssignments(
                    Assignment.newBuilder()
                        .setAssignmentId(ASSIGNMENT)
                        .setVersion(2)
                        .setPatientId(PATIENT)
                        .setFromMs(TIME - 5)
                        .setUntilMs(TIME + 5))
                .setKind(DeviceKind.DEVICE_KIND_GATEWAY)
                .addGatewayFor(DEVICE)
                .setClockless(true)
                .setChangedAtMs(TIME))
        .build();
  }

  private static KeyStateRecord keyState() {
    return KeyStateRecord.newBuilder()
        .setSubjectKey(
            SubjectKeyState.newBuilder()
                .setSubjectKeyId(SUBJECT_KEY)
                .setOrganisationId(ORGANISATION)
                .setSubjectKind(KeySubjectKind.KEY_SUBJECT_KIND_PATIENT)
                .setSubjectId(PATIENT)
                .setVersion(3)
                .setState(KeyState.KEY_STATE_DESTROYED)
                .setChangedAtMs(TIME))
        .build();
  }

  private static SealedVitals sealedVitals() {
    return SealedVitals.newBuilder()
        .setEnvelope(bytes(120, 6))
        .setOrganisationId(ORGANISATION)
        .setSubjectKind(SubjectKind.SUBJECT_KIND_PATIENT)
        .setSubjectId(PATIENT)
        .setSourceId(GATEWAY)
        .setDeviceId(DEVICE)
        .setFirstTimeMs(TIME)
        .setLastTimeMs(TIME + 9_000)
        .setSchemaVersion(1)
        .setAssignmentId(ASSIGNMENT)
        .setAssignmentVersion(2)
        .setReceivedAtMs(TIME + 9_250)
        .build();
  }

  private static SealedVitals sealedVitalsOfDeviceVersion() {
    return sealedVitals().toBuilder().setSchemaVersion(2).setDeviceVersion(41).build();
  }

  private static SealedQuarantine sealedQuarantine() {
    return SealedQuarantine.newBuilder()
        .setEnvelope(bytes(120, 7))
        .setOrganisationId(ORGANISATION)
        .setDeviceId(DEVICE)
        .setReceivedAtMs(TIME)
        .setSchemaVersion(1)
        .build();
  }

  private static QuarantinedInput quarantinedInput() {
    return QuarantinedInput.newBuilder()
        .setReason("impossible-value")
        .setDetail("pulse 0")
        .setPayload(ByteString.copyFromUtf8("{\"n\":\"pulse\",\"u\":\"beat/min\",\"v\":0}"))
        .setTopic("devices/" + DEVICE + "/vitals")
        .setRecordIndex(4)
        .setRecordTimeMs(TIME)
        .setCode("8867-4")
        .build();
  }

  private static SealedAlert sealedAlert() {
    return SealedAlert.newBuilder()
        .setEnvelope(bytes(120, 8))
        .setOrganisationId(ORGANISATION)
        .setPatientId(PATIENT)
        .setAlertId(ALERT)
        .setRaisedAtMs(TIME)
        .setSchemaVersion(1)
        .build();
  }

  private static AuditRecord.Builder auditRecord(long sequence) {
    return AuditRecord.newBuilder()
        .setService("telemetry-service")
        .setIncarnation(bytes(16, 4))
        .setSequence(sequence)
        .setPreviousHash(bytes(32, (int) sequence))
        .setRecordedAtMs(TIME);
  }

  private static SignedHead head() {
    return SignedHead.newBuilder()
        .setSignature(bytes(71, 9))
        .setSignerFingerprint(bytes(32, 10))
        .build();
  }

  private static AuditEvent auditEvent() {
    return AuditEvent.newBuilder()
        .setEventId(EVENT)
        .setOccurredAtMs(TIME)
        .setAction(AuditAction.AUDIT_ACTION_VITALS_STORED)
        .setOutcome(AuditOutcome.AUDIT_OUTCOME_SUCCESS)
        .setOrganisationId(ORGANISATION)
        .setAgent(
            Agent.newBuilder()
                .setKind(AgentKind.AGENT_KIND_SERVICE)
                .setId("spiffe://pulsewarden.local/service/telemetry-service")
                .addRole("store"))
        .addPatientId(PATIENT)
        .addEntity(Entity.newBuilder().setType("Observation").setId("a1b2c3").setCount(10))
        .setStoredRange(
            StoredRange.newBuilder()
                .setTopic("telemetry.vitals.v1")
                .setPartition(3)
                .setFirstOffset(100)
                .setLastOffset(199)
                .setMerkleRoot(bytes(32, 11))
                .setRecordCount(1_000))
        .setReasonCode("none")
        .build();
  }

  /** A run of bytes that tells two fields apart. */
  private static ByteString bytes(int length, int seed) {
    var bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (seed * 31 + i);
    }
    return ByteString.copyFrom(bytes);
  }
}
