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
    DeviceSettings ofModel = model == null ? DeviceSettings.NONE : model.settings();
    DeviceSettings ofDevice = own == null ? DeviceSettings.NONE : own.settings();
    return new EffectiveConfiguration(
        (model == null ? 0 : model.version()) + (own == null ? 0 : own.version()),
        ofDevice.orElse(ofModel));
  }
}
