package io.pulsewarden.registry.claim;

import io.pulsewarden.registry.problem.Fields;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a claim shall be like, as sent. */
@Schema(name = "ClaimRequest")
record ClaimBody(
    @Schema(description = "ISO 8601 duration, PT1M to P30D; PT24H if absent", examples = "PT24H")
        @Nullable String validFor) {

  private static final Duration DEFAULT = Duration.ofHours(24);
  private static final Duration MIN = Duration.ofMinutes(1);
  private static final Duration MAX = Duration.ofDays(30);

  Duration duration() {
    return validFor == null ? DEFAULT : Fields.duration("validFor", validFor, MIN, MAX);
  }
}
