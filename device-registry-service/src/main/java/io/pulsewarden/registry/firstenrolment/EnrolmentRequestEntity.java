package io.pulsewarden.registry.firstenrolment;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code enrolment_request}: a key that waits for a person. */
@Entity
@Table(name = "enrolment_request")
public class EnrolmentRequestEntity {

  /** What became of a request. */
  public enum State {
    PENDING,
    APPROVED,
    REJECTED,
    /** Approved, and the certificate is issued. */
    USED
  }

  @Id
  @Column(name = "device_id")
  private UUID deviceId;

  private UUID id;

  @Column(name = "organisation_id", updatable = false)
  private UUID organisationId;

  @Column(name = "key_hash")
  private String keyHash;

  @Enumerated(EnumType.STRING)
  private State state;

  @Column(name = "requested_at")
  private Instant requestedAt;

  @Column(name = "decided_at")
  private @Nullable Instant decidedAt;

  @Column(name = "decided_by")
  private @Nullable String decidedBy;

  private long version;

  @SuppressWarnings("NullAway.Init") // Hibernate fills the fields of what it loads.
  protected EnrolmentRequestEntity() {}

  void decide(State decision, String user, Instant now) {
    state = decision;
    decidedBy = user;
    decidedAt = now;
    version++;
  }

  public State state() {
    return state;
  }

  UUID deviceId() {
    return deviceId;
  }

  UUID id() {
    return id;
  }

  String keyHash() {
    return keyHash;
  }

  Instant requestedAt() {
    return requestedAt;
  }

  long version() {
    return version;
  }
}
