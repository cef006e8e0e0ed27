package io.pulsewarden.registry.device;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code device_claim}: a secret, hashed, that lets a device enrol once. */
@Entity
@Table(name = "device_claim")
public class ClaimEntity {

  @Id private UUID id;

  @Column(name = "device_id", updatable = false)
  private UUID deviceId;

  /**
   * In hexadecimal. SHA-256 is enough: the secret has 256 random bits, which nobody can try out.
   */
  @Column(name = "secret_hash", updatable = false)
  private String secretHash;

  @Column(name = "created_at", updatable = false)
  private Instant createdAt;

  @Column(name = "expires_at", updatable = false)
  private Instant expiresAt;

  @Column(name = "used_at")
  private @Nullable Instant usedAt;

  /** When a newer claim or a revocation took its place. */
  @Column(name = "voided_at")
  private @Nullable Instant voidedAt;

  /** How often somebody showed a wrong claim while this one could be used. */
  @Column(name = "wrong_tries")
  private int wrongTries;

  @Column(name = "locked_at")
  private @Nullable Instant lockedAt;

  @SuppressWarnings("NullAway.Init") // Hibernate fills the fields of what it loads.
  protected ClaimEntity() {}

  public ClaimEntity(UUID id, UUID deviceId, String secretHash, Instant now, Instant expiresAt) {
    this.id = id;
    this.deviceId = deviceId;
    this.secretHash = secretHash;
    this.createdAt = now;
    this.expiresAt = expiresAt;
  }

  public ClaimStanding standing() {
    return new ClaimStanding(expiresAt, usedAt, voidedAt, lockedAt);
  }

  public UUID id() {
    return id;
  }

  public UUID deviceId() {
    return deviceId;
  }

  public String secretHash() {
    return secretHash;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public Instant expiresAt() {
    return expiresAt;
  }

  public int wrongTries() {
    return wrongTries;
  }
}
