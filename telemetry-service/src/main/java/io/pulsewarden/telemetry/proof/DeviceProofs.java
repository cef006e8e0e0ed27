package io.pulsewarden.telemetry.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.telemetry.auditing.AccessEvent;
import io.pulsewarden.telemetry.auditing.Disclosure;
import io.pulsewarden.telemetry.keys.SubjectErasedException;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Receipts for devices: of a message that the device sent itself, of what it measured itself. It
 * tells the device nothing that it did not say, but for the patient's id; it is a disclosure all
 * the same, and the log hears of it first. Thread-safe; answers may come on any thread.
 */
public final class DeviceProofs {

  /** Bytes; a device has little memory, and each reading needs about a kilobyte. */
  private static final int LONGEST = 64 * 1024;

  /** What a device can be told. */
  public sealed interface Answer {}

  /** The receipt, docs/formats/vitals-receipt.md, without the log's part. */
  @SuppressWarnings("ArrayRecordComponent") // A carrier to be taken apart; nobody compares two.
  public record Proven(byte[] json) implements Answer {
    @Override
    public String toString() {
      return "Proven[" + json.length + " bytes]";
    }
  }

  /** The store does not have the message yet. */
  public record NotYet() implements Answer {}

  /** There is none, and will not be. */
  public record None(String reason) implements Answer {}

  private final VitalBlockStore blocks;
  private final Receipts receipts;
  private final Disclosure disclosure;
  private final AuditEvents events;
  private final ObjectMapper json;

  DeviceProofs(
      VitalBlockStore blocks,
      Receipts receipts,
      Disclosure disclosure,
      AuditEvents events,
      ObjectMapper json) {
    this.blocks = blocks;
    this.receipts = receipts;
    this.disclosure = disclosure;
    this.events = events;
    this.json = json;
  }

  /**
   * Of the message that was received from the device at this moment; of one with readings of more
   * than one patient, for one of them. Fails if keys, store or audit log can't be had now.
   */
  public Uni<Answer> of(UUID organisation, UUID device, long receivedAtMillis) {
    return blocks.receivedAt(organisation, device, receivedAtMillis).chain(this::ofMessage);
  }

  private Uni<Answer> ofMessage(List<StoredBlock> message) {
    Optional<StoredBlock> worn =
        message.stream().filter(block -> !block.heldByDevice()).findFirst();
    return worn.map(this::prove)
        .orElseGet(
            () -> Uni.createFrom().item(message.isEmpty() ? new NotYet() : new None("held")));
  }

  private Uni<Answer> prove(StoredBlock block) {
    return receipts
        .of(block, block.firstTimeMillis())
        .chain(
            receipt ->
                receipt
                    .map(found -> release(block, found))
                    .orElseGet(() -> Uni.createFrom().item(new None("not-kept"))))
        .onFailure(SubjectErasedException.class)
        .recoverWithItem(new None("erased"));
  }

  private Uni<Answer> release(StoredBlock block, ReceiptView receipt) {
    byte[] document = write(receipt);
    return document.length > LONGEST
        ? Uni.createFrom().item(new None("too-large"))
        : disclosure.release(event(block), new Proven(document));
  }

  private AuditEvent event(StoredBlock block) {
    return events
        .event(
            AuditAction.AUDIT_ACTION_RECEIPT_READ,
            AuditOutcome.AUDIT_OUTCOME_SUCCESS,
            block.organisation(),
            AuditEvents.device(block.device()))
        .addPatientId(block.subject().toString())
        .addEntity(AccessEvent.one("Device", block.device().toString()))
        .build();
  }

  private byte[] write(ReceiptView receipt) {
    try {
      return json.writeValueAsBytes(receipt);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a receipt can't be written", impossible);
    }
  }
}
