package io.pulsewarden.telemetry.explanation;

import com.google.protobuf.ByteString;
import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.telemetry.keys.KeySubject;
import java.util.UUID;

/**
 * One row of explanation.
 *
 * @param event the audit event that has its salted hash
 * @param subject whose key it is sealed under, and erased with
 */
public record SealedExplanation(
    UUID event, KeySubject subject, long writtenAtMillis, ByteString envelope) {

  /** What the envelope is bound to. */
  EnvelopeContext context() {
    return context(subject, writtenAtMillis);
  }

  static EnvelopeContext context(KeySubject subject, long writtenAtMillis) {
    return new EnvelopeContext(
        "explanation",
        subject.organisation(),
        subject.id(),
        null,
        writtenAtMillis,
        writtenAtMillis,
        Explanation.SCHEMA);
  }
}
