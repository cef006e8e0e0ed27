package io.pulsewarden.registry.claim;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A new claim, as answered: the one place where its secret shows. */
@Schema(name = "Claim")
final class ClaimView {

  private final UUID deviceId;
  private final ClaimSecret secret;
  private final Instant expiresAt;

  ClaimView(UUID deviceId, ClaimSecret secret, Instant expiresAt) {
    this.deviceId = deviceId;
    this.secret = secret;
    this.expiresAt = expiresAt;
  }

  @JsonProperty
  public UUID deviceId() {
    return deviceId;
  }

  /** The password of the device's enrolment. */
  @JsonProperty
  public String claim() {
    return secret.reveal();
  }

  @JsonProperty
  public Instant expiresAt() {
    return expiresAt;
  }
}
