package io.pulsewarden.registry.device;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** A row of {@code device_activity}, for reading; it is written by one statement that merges. */
@Entity
@Immutable
@Table(name = "device_activity")
public class ActivityEntity {

  @Id
  @Column(name = "device_id")
  private UUID deviceId;

  @Column(name = "connected_at")
  private @Nullable Instant connectedAt;

  @Column(name = "disconnected_at")
  private @Nullable Instant disconnectedAt;

  /** The later of the two above. */
  @Column(name = "seen_at")
  private @Nullable Instant seenAt;

  @Column(name = "configuration_version")
  private long configurationVersion;

  @Column(name = "configuration_acknowledged_at")
  private @Nullable Instant configurationAcknowledgedAt;

  @SuppressWarnings("NullAway.Init") // Hibernate fills the fields of what it loads.
  protected ActivityEntity() {}

  public UUID deviceId() {
    return deviceId;
  }

  public @Nullable Instant connectedAt() {
    return connectedAt;
  }

  public @Nullable Instant disconnectedAt() {
    return disconnectedAt;
  }

  public @Nullable Instant seenAt() {
    return seenAt;
  }

  /** 0 if none was acknowledged. */
  public long configurationVersion() {
    return configurationVersion;
  }

  public @Nullable Instant configurationAcknowledgedAt() {
    return configurationAcknowledgedAt;
  }
}
