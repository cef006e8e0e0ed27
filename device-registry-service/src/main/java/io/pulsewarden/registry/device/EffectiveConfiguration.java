package io.pulsewarden.registry.device;

import org.jspecify.annotations.Nullable;

/**
 * What one device is told: its own settings, and its model's where it has none.
 *
 * @param version grows with each change of either; 0 if nothing was ever configured
 */
public record EffectiveConfiguration(long version, DeviceSettings settings) {

  public static EffectiveConfiguration of(
      @Nullable ModelConfigurationEntity model, @Nullable DeviceConfigurationEntity own) {
    return of(
        model == null ? 0 : model.version(),
        model == null ? DeviceSettings.NONE : model.settings(),
        own == null ? 0 : own.version(),
        own == null ? DeviceSettings.NONE : own.settings());
  }

  /** Of versions that are 0, and settings that are none, where nothing was configured. */
  public static EffectiveConfiguration of(
      long modelVersion, DeviceSettings ofModel, long ownVersion, DeviceSettings ofDevice) {
    return new EffectiveConfiguration(modelVersion + ownVersion, ofDevice.orElse(ofModel));
  }
}
