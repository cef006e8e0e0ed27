package io.pulsewarden.registry.firstenrolment;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code enrolment_settings}: how an organisation's devices enrol. */
@Entity
@Table(name = "enrolment_settings")
public class EnrolmentSettingsEntity {

  @Id
  @Column(name = "organisation_id")
  private UUID organisationId;

  private @Nullable String label;

  @Column(name = "manual_approval")
  private boolean manualApproval;

  private long version;

  @Column(name = "changed_at")
  private Instant changedAt;

  @SuppressWarnings("NullAway.Init") // Hibernate fills the fields of what it loads.
  protected EnrolmentSettingsEntity() {}

  EnrolmentSettingsEntity(
      UUID organisationId, @Nullable String label, boolean manualApproval, Instant now) {
    this.organisationId = organisationId;
    this.label = label;
    this.manualApproval = manualApproval;
    this.version = 1;
    this.changedAt = now;
  }

  void change(@Nullable String newLabel, boolean approval, Instant now) {
    label = newLabel;
    manualApproval = approval;
    version++;
    changedAt = now;
  }

  public UUID organisationId() {
    return organisationId;
  }

  public @Nullable String label() {
    return label;
  }

  long version() {
    return version;
  }

  public boolean manualApproval() {
    return manualApproval;
  }
}
