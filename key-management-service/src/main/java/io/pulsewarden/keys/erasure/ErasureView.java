package io.pulsewarden.keys.erasure;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An erasure as it is shown.
 *
 * @param state such as {@code called-off}
 */
public record ErasureView(
    UUID id,
    UUID patientId,
    String state,
    String reason,
    String legalBasis,
    String requestedBy,
    Instant requestedAt,
    @Nullable String confirmedBy,
    @Nullable Instant confirmedAt,
    @Nullable Instant dueAt,
    @Nullable Instant destroyedAt,
    @Nullable Instant completedAt) {

  static ErasureView of(Erasure erasure) {
    Act confirmed = erasure.confirmed();
    return new ErasureView(
        erasure.id(),
        erasure.patient().id(),
        erasure.state().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        erasure.reason().text(),
        erasure.legalBasis().text(),
        erasure.requested().by(),
        erasure.requested().at(),
        confirmed == null ? null : confirmed.by(),
        confirmed == null ? null : confirmed.at(),
        erasure.dueAt(),
        erasure.destroyedAt(),
        erasure.completedAt());
  }
}
