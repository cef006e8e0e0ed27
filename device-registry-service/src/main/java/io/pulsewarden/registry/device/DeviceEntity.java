package io.pulsewarden.registry.device;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code device}. Changed only while its row is locked. */
@Entity
@Table(name = "device")
public class DeviceEntity {

  @Id private UUID id;

  @Column(name = "organisation_id", updatable = false)
  private UUID organisationId;

  @Column(name = "serial_number")
  private String serialNumber;

  private String model;
  private String manufacturer;
  private @Nullable String udi;

  @Enumerated(EnumType.STRING)
  private DeviceKind kind;

  private boolean clockless;

  @Enumerated(EnumType.STRING)
  private Lifecycle lifecycle;

  private long version;

  @Column(name = "registered_at", updatable = false)
  private Instant registeredAt;

  @Column(name = "changed_at")
  private Instant changedAt;

  @SuppressWarnings("NullAway.Init") // Hibernate fills the fields of what it loads.
  protected DeviceEntity() {}

  public DeviceEntity(UUID id, UUID organisationId, DeviceDescription description, Instant now) {
    this.id = id;
    this.organisationId = organisationId;
    this.serialNumber = description.serialNumber();
    this.model = description.model();
    this.manufacturer = description.manufacturer();
    this.udi = description.udi();
    this.kind = description.kind();
    this.clockless = description.clockless();
    this.lifecycle = Lifecycle.REGISTERED;
    this.version = 1;
    this.registeredAt = now;
    this.changedAt = now;
  }

  /** Each change makes a version that readers of the feed prefer to all before it. */
  public void changed(Instant now) {
    version++;
    changedAt = now;
  }

  /**
   * Takes a step of its life.
   *
   * @throws IllegalStateException if the table of {@link Lifecycle} does not have the step
   */
  public void become(Lifecycle next) {
    if (!lifecycle.mayBecome(next)) {
      throw new IllegalStateException("no step from " + lifecycle + " to " + next);
    }
    lifecycle = next;
  }

  public UUID id() {
    return id;
  }

  public UUID organisationId() {
    return organisationId;
  }

  public DeviceDescription description() {
    return new DeviceDescription(serialNumber, model, manufacturer, udi, kind, clockless);
  }

  public Lifecycle lifecycle() {
    return lifecycle;
  }

  public long version() {
    return version;
  }

  public Instant registeredAt() {
    return registeredAt;
  }

  public Instant changedAt() {
    return changedAt;
  }
}
