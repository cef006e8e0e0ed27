package io.pulsewarden.registry.lifecycle;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The end of a device, as answered; {@code version} is the device's. */
@Schema(name = "Decommissioning")
@JsonInclude(JsonInclude.Include.NON_NULL)
record DecommissioningView(
    UUID deviceId,
    String state,
    long version,
    String reason,
    Sanitisation sanitisation,
    String requestedBy,
    Instant requestedAt,
    @Nullable String confirmedBy,
    @Nullable Instant confirmedAt) {

  /** What became of the data on the device. */
  @Schema(name = "Sanitisation")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Sanitisation(String method, @Nullable Instant at, @Nullable String reference) {}

  static DecommissioningView of(DecommissioningEntity ending, String state, long version) {
    return new DecommissioningView(
        ending.deviceId,
        state,
        version,
        ending.reason,
        new Sanitisation(
            ending.sanitisationMethod, ending.sanitisedAt, ending.sanitisationReference),
        ending.requestedBy,
        ending.requestedAt,
        ending.confirmedBy,
        ending.confirmedAt);
  }
}
