package io.pulsewarden.registry.device;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code model_configuration}: what an organisation's devices of a model are set to. */
@Entity
@Table(name = "model_configuration")
public class ModelConfigurationEntity {

  /** Below every device's. */
  private static final UUID NOBODY = new UUID(0, 0);

  @Id private UUID id;

  @Column(name = "organisation_id", updatable = false)
  private UUID organisationId;

  @Column(updatable = false)
  private String manufacturer;

  @Column(updatable = false)
  private String model;

  private long version;

  @Column(name = "sampling_interval_s")
  private @Nullable Integer samplingIntervalS;

  @Column(name = "reporting_interval_s")
  private @Nullable Integer reportingIntervalS;

  @Column(name = "battery_threshold_percent")
  private @Nullable Integer batteryThresholdPercent;

  /** Devices up to this id have been told of the newest version; null: all. */
  @Column(name = "told_up_to")
  private @Nullable UUID toldUpTo;

  @SuppressWarnings("NullAway.Init") // Hibernate fills the fields of what it loads.
  protected ModelConfigurationEntity() {}

  public ModelConfigurationEntity(UUID id, UUID organisationId, String manufacturer, String model) {
    this.id = id;
    this.organisationId = organisationId;
    this.manufacturer = manufacturer;
    this.model = model;
  }

  /** Replaces all of it; its devices are to be told, from the first. */
  public void replace(DeviceSettings settings) {
    version++;
    samplingIntervalS = settings.samplingIntervalS();
    reportingIntervalS = settings.reportingIntervalS();
    batteryThresholdPercent = settings.batteryThresholdPercent();
    toldUpTo = NOBODY;
  }

  /**
   * Notes how far the devices were told.
   *
   * @param last of the devices told; null: there are no more
   */
  public void told(@Nullable UUID last) {
    toldUpTo = last;
  }

  public UUID id() {
    return id;
  }

  public UUID organisationId() {
    return organisationId;
  }

  public String manufacturer() {
    return manufacturer;
  }

  public String model() {
    return model;
  }

  public long version() {
    return version;
  }

  public DeviceSettings settings() {
    return new DeviceSettings(samplingIntervalS, reportingIntervalS, batteryThresholdPercent);
  }

  public @Nullable UUID toldUpTo() {
    return toldUpTo;
  }
}
