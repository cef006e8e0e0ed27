package io.pulsewarden.registry.device;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code device_configuration}: what one device is set to, whatever its model's is. */
@Entity
@Table(name = "device_configuration")
public class DeviceConfigurationEntity {

  @Id
  @Column(name = "device_id")
  private UUID deviceId;

  private long version;

  @Column(name = "sampling_interval_s")
  private @Nullable Integer samplingIntervalS;

  @Column(name = "reporting_interval_s")
  private @Nullable Integer reportingIntervalS;

  @Column(name = "battery_threshold_percent")
  private @Nullable Integer batteryThresholdPercent;

  @SuppressWarnings("NullAway.Init") // Hibernate fills the fields of what it loads.
  protected DeviceConfigurationEntity() {}

  public DeviceConfigurationEntity(UUID deviceId) {
    this.deviceId = deviceId;
  }

  /** Replaces all of it, and makes a version of its own even if all is as it was. */
  public void replace(DeviceSettings settings) {
    version++;
    samplingIntervalS = settings.samplingIntervalS();
    reportingIntervalS = settings.reportingIntervalS();
    batteryThresholdPercent = settings.batteryThresholdPercent();
  }

  public UUID deviceId() {
    return deviceId;
  }

  public long version() {
    return version;
  }

  public DeviceSettings settings() {
    return new DeviceSettings(samplingIntervalS, reportingIntervalS, batteryThresholdPercent);
  }
}
