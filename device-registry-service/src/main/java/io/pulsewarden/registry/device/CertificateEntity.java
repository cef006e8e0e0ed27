package io.pulsewarden.registry.device;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code certificate}: one that the registry had signed and gave out. */
@Entity
@Table(name = "certificate")
public class CertificateEntity {

  /** RFC 5280, section 5.3.1: the one reason that can be taken back. */
  public static final String HOLD = "certificateHold";

  /** SHA-256 over the DER, in hexadecimal. */
  @Id private String fingerprint;

  @Column(name = "device_id", updatable = false)
  private UUID deviceId;

  /** In hexadecimal, as RFC 5280's tools print it. */
  @Column(name = "serial_number", updatable = false)
  private String serialNumber;

  @Column(name = "key_hash", updatable = false)
  private String keyHash;

  /** Null in rows from before there could be a second issuer. */
  @Column(name = "issuer_key_hash", updatable = false)
  private @Nullable String issuerKeyHash;

  @Column(updatable = false)
  private byte[] der;

  @Column(name = "not_before", updatable = false)
  private Instant notBefore;

  @Column(name = "not_after", updatable = false)
  private Instant notAfter;

  @Column(name = "issued_at", updatable = false)
  private Instant issuedAt;

  @Column(name = "revoked_at")
  private @Nullable Instant revokedAt;

  /** Name of RFC 5280, section 5.3.1. */
  @Column(name = "revocation_reason")
  private @Nullable String revocationReason;

  @SuppressWarnings("NullAway.Init") // Hibernate fills the fields of what it loads.
  protected CertificateEntity() {}

  public CertificateEntity(UUID deviceId, IssuedCertificate issued, Instant now) {
    this.fingerprint = issued.fingerprint();
    this.deviceId = deviceId;
    this.serialNumber = issued.serialNumber();
    this.keyHash = issued.keyHash();
    this.issuerKeyHash = issued.issuerKeyHash();
    this.der = issued.der();
    this.notBefore = issued.notBefore();
    this.notAfter = issued.notAfter();
    this.issuedAt = now;
  }

  public String fingerprint() {
    return fingerprint;
  }

  public UUID deviceId() {
    return deviceId;
  }

  public String serialNumber() {
    return serialNumber;
  }

  public String keyHash() {
    return keyHash;
  }

  public @Nullable String issuerKeyHash() {
    return issuerKeyHash;
  }

  public byte[] der() {
    return der.clone();
  }

  public Instant notBefore() {
    return notBefore;
  }

  public Instant notAfter() {
    return notAfter;
  }

  public Instant issuedAt() {
    return issuedAt;
  }

  public @Nullable Instant revokedAt() {
    return revokedAt;
  }

  public @Nullable String revocationReason() {
    return revocationReason;
  }

  /** Revoked, and not merely on hold. */
  public boolean isRevokedForGood() {
    return revokedAt != null && !HOLD.equals(revocationReason);
  }
}
