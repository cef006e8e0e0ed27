package io.pulsewarden.telemetry.explanation;

import com.google.protobuf.ByteString;
import io.pulsewarden.auditclient.TextProofs;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.telemetry.auditing.ContextReturn;
import io.pulsewarden.telemetry.failure.FailureCode;
import io.pulsewarden.telemetry.failure.RequestFailedException;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Opened;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.SealedItem;
import io.pulsewarden.telemetry.keys.Sealing;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Seals what people write for an audit event, and opens it again. Thread-safe. */
public final class Explanations {

  private final Sealing sealing;
  private final TextProofs proofs;

  Explanations(Sealing sealing, TextProofs proofs) {
    this.sealing = sealing;
    this.proofs = proofs;
  }

  /**
   * An event as it goes into the log, and the row to be written in the same transaction.
   *
   * @param sealed empty where nothing was explained
   */
  public record Explained(AuditEvent event, Optional<SealedExplanation> sealed) {}

  /**
   * The text, if it is one.
   *
   * @throws RequestFailedException if it is none
   */
  public static Optional<String> text(@Nullable String given) {
    if (given != null && !Explanation.isText(given)) {
      throw new RequestFailedException(
          FailureCode.INVALID_REQUEST,
          "explanation must be text of at most " + Explanation.MAX_LENGTH + " characters");
    }
    return Optional.ofNullable(given);
  }

  /**
   * Gives an event its salted hash, and the text its seal. Fails with SubjectErasedException if the
   * subject was erased: nothing is written about it any more.
   */
  public Uni<Explained> explain(AuditEvent event, KeySubject subject, Optional<String> text) {
    if (text.isEmpty()) {
      return Uni.createFrom().item(new Explained(event, Optional.empty()));
    }
    Explanation explanation = new Explanation(proofs.salt(), text.get());
    long now = event.getOccurredAtMs();
    return ContextReturn.home(
            Uni.createFrom()
                .completionStage(
                    () ->
                        sealing.seal(
                            subject,
                            Purpose.DEMOGRAPHICS,
                            SealedExplanation.context(subject, now),
                            explanation.encode())))
        .map(
            envelope ->
                new Explained(
                    event.toBuilder().addTextProof(explanation.proof()).build(),
                    Optional.of(
                        new SealedExplanation(
                            UUID.fromString(event.getEventId()),
                            subject,
                            now,
                            ByteString.copyFrom(envelope)))));
  }

  /** May complete on any thread. */
  Uni<Opened> open(SealedExplanation sealed) {
    SealedItem item =
        new SealedItem(sealed.context(), Purpose.DEMOGRAPHICS, sealed.envelope().toByteArray());
    return Uni.createFrom()
        .completionStage(() -> sealing.openAll(List.of(item)))
        .map(List::getFirst);
  }
}
