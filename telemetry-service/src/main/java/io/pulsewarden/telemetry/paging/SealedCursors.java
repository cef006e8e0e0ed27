package io.pulsewarden.telemetry.paging;

import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.telemetry.failure.FailureCode;
import io.pulsewarden.telemetry.failure.RequestFailedException;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Opened;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.Sealing;
import io.smallrye.mutiny.Uni;
import java.util.Base64;
import java.util.UUID;

/** Seals and opens the cursors of paged answers. Thread-safe. */
public final class SealedCursors {

  private static final int SCHEMA_VERSION = 1;

  private final Sealing sealing;

  public SealedCursors(Sealing sealing) {
    this.sealing = sealing;
  }

  /** Opaque text for an URL. */
  public Uni<String> seal(UUID organisation, byte[] cursor) {
    return Uni.createFrom()
        .completionStage(
            () ->
                sealing.seal(
                    KeySubject.organisation(organisation),
                    Purpose.CURSOR,
                    context(organisation),
                    cursor))
        .map(Base64.getUrlEncoder().withoutPadding()::encodeToString);
  }

  /** What was sealed; fails with INVALID_REQUEST for any other text. */
  public Uni<byte[]> open(UUID organisation, String cursor) {
    byte[] envelope;
    try {
      envelope = Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException notBase64) {
      return Uni.createFrom().failure(invalid());
    }
    return Uni.createFrom()
        .completionStage(() -> sealing.open(context(organisation), Purpose.CURSOR, envelope))
        .map(
            opened ->
                switch (opened) {
                  case Opened.Plaintext(byte[] bytes) -> bytes;
                  case Opened.Erased(), Opened.Rejected() -> throw invalid();
                });
  }

  private static EnvelopeContext context(UUID organisation) {
    return new EnvelopeContext("cursor", organisation, organisation, null, 0, 0, SCHEMA_VERSION);
  }

  private static RequestFailedException invalid() {
    return new RequestFailedException(
        FailureCode.INVALID_REQUEST, "the cursor is not one of this server's");
  }
}
