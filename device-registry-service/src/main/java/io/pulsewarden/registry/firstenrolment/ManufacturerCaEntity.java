package io.pulsewarden.registry.firstenrolment;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code manufacturer_ca}: an authority that an organisation believes about devices. */
@Entity
@Table(name = "manufacturer_ca")
public class ManufacturerCaEntity {

  @Id private UUID id;

  @Column(name = "organisation_id", updatable = false)
  private UUID organisationId;

  @Column(updatable = false)
  private String manufacturer;

  @Column(name = "subject_hash", updatable = false)
  private String subjectHash;

  @Column(updatable = false)
  private String fingerprint;

  @Column(updatable = false)
  private byte[] der;

  @Column(name = "added_at", updatable = false)
  private Instant addedAt;

  @Column(name = "removed_at")
  private @Nullable Instant removedAt;

  private long version;

  @SuppressWarnings("NullAway.Init") // Hibernate fills the fields of what it loads.
  protected ManufacturerCaEntity() {}

  ManufacturerCaEntity(
      UUID organisationId, String manufacturer, X509Certificate certificate, Instant now) {
    this.id = UUID.randomUUID();
    this.organisationId = organisationId;
    this.manufacturer = manufacturer;
    this.subjectHash = CaCertificate.subjectHash(certificate.getSubjectX500Principal());
    this.der = CaCertificate.der(certificate);
    this.fingerprint = CaCertificate.sha256(der);
    this.addedAt = now;
    this.version = 1;
  }

  void remove(Instant now) {
    removedAt = now;
    version++;
  }

  public UUID id() {
    return id;
  }

  public UUID organisationId() {
    return organisationId;
  }

  /** As it is in the descriptions of the devices that it speaks for. */
  public String manufacturer() {
    return manufacturer;
  }

  public X509Certificate certificate() {
    return CaCertificate.read(der);
  }

  String fingerprint() {
    return fingerprint;
  }

  Instant addedAt() {
    return addedAt;
  }

  boolean isTrusted() {
    return removedAt == null;
  }

  long version() {
    return version;
  }
}
