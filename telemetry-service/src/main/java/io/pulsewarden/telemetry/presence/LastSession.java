package io.pulsewarden.telemetry.presence;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * A device's newest session.
 *
 * @param disconnectedAt absent while it is connected, as far as is known
 * @param endReason why it ended, such as {@code connection-lost}
 * @param configurationVersion the highest that the device acknowledged
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LastSession(
    OffsetDateTime connectedAt,
    @Nullable OffsetDateTime disconnectedAt,
    @Nullable String endReason,
    @Nullable Long configurationVersion,
    @Nullable OffsetDateTime configurationAcknowledgedAt) {}
