package io.pulsewarden.audit.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.StoredRange;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry as JSON. What counts as evidence is the leaf; this is for reading.
 *
 * @param leafHash base64
 * @param leaf base64; of single entries only
 * @param kind EVENT, OPENED, HEARTBEAT, CLOSED, FINDING or UNREADABLE
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record EntryView(
    @JsonInclude(JsonInclude.Include.ALWAYS) long index,
    String leafHash,
    @Nullable String leaf,
    String kind,
    @Nullable String service,
    @Nullable String incarnation,
    @Nullable Long sequence,
    @Nullable Instant recordedAt,
    @Nullable EventView event,
    @Nullable FindingView finding) {

  /** Codes are those of the contract, without their prefix. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record EventView(
      String eventId,
      Instant occurredAt,
      String action,
      String outcome,
      String organisationId,
      AgentView agent,
      List<String> patientIds,
      List<EntityView> entities,
      @Nullable StoredRangeView storedRange,
      String reasonCode,
      List<TextProofView> textProofs) {}

  /** Words that somebody wrote, by their salted hash in base64. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record TextProofView(String name, String saltedHash) {}

  /** Who did it. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record AgentView(String kind, String id, List<String> roles) {}

  /** What it was done to. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record EntityView(String type, String id, long count) {}

  /** Offsets that are durable; the root in base64. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record StoredRangeView(
      String topic,
      long partition,
      long firstOffset,
      long lastOffset,
      long recordCount,
      String merkleRoot) {}

  static EntryView of(long index, byte[] value, byte[] hash, boolean withLeaf) {
    String leafHash = base64(hash);
    String leaf = withLeaf ? base64(value) : null;
    AuditRecord read;
    try {
      read = AuditRecord.parseFrom(value);
    } catch (InvalidProtocolBufferException unreadable) {
      return new EntryView(index, leafHash, leaf, "UNREADABLE", null, null, null, null, null, null);
    }
    return new EntryView(
        index,
        leafHash,
        leaf,
        read.getBodyCase().name(),
        read.getService(),
        HexFormat.of().formatHex(read.getIncarnation().toByteArray()),
        read.getSequence(),
        Instant.ofEpochMilli(read.getRecordedAtMs()),
        read.hasEvent() ? event(read.getEvent()) : null,
        read.hasFinding() ? FindingView.of(read.getFinding()) : null);
  }

  private static EventView event(AuditEvent event) {
    return new EventView(
        event.getEventId(),
        Instant.ofEpochMilli(event.getOccurredAtMs()),
        code(event.getAction(), "AUDIT_ACTION_", event.getActionValue()),
        code(event.getOutcome(), "AUDIT_OUTCOME_", event.getOutcomeValue()),
        event.getOrganisationId(),
        new AgentView(
            code(event.getAgent().getKind(), "AGENT_KIND_", event.getAgent().getKindValue()),
            event.getAgent().getId(),
            event.getAgent().getRoleList()),
        event.getPatientIdList(),
        event.getEntityList().stream()
            .map(entity -> new EntityView(entity.getType(), entity.getId(), entity.getCount()))
            .toList(),
        event.hasStoredRange() ? range(event.getStoredRange()) : null,
        event.getReasonCode(),
        event.getTextProofList().stream()
            .map(
                proof ->
                    new TextProofView(proof.getName(), base64(proof.getSaltedHash().toByteArray())))
            .toList());
  }

  private static StoredRangeView range(StoredRange range) {
    return new StoredRangeView(
        range.getTopic(),
        range.getPartition(),
        range.getFirstOffset(),
        range.getLastOffset(),
        range.getRecordCount(),
        base64(range.getMerkleRoot().toByteArray()));
  }

  /** A code that this version does not know is shown by its number. */
  private static String code(Enum<?> code, String prefix, int number) {
    return code.name().equals("UNRECOGNIZED")
        ? Integer.toString(number)
        : code.name().substring(prefix.length());
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
