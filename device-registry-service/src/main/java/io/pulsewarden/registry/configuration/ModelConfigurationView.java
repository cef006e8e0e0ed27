package io.pulsewarden.registry.configuration;

import io.pulsewarden.registry.device.DeviceSettings;
import io.pulsewarden.registry.device.ModelConfigurationEntity;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What an organisation's devices of a model are set to.
 *
 * @param version 0 if nothing was ever configured
 * @param rolledOut every device of the model was told of this version
 */
@Schema(name = "ModelConfiguration")
record ModelConfigurationView(
    String manufacturer, String model, long version, DeviceSettings settings, boolean rolledOut) {

  static ModelConfigurationView of(ModelConfigurationEntity configuration) {
    return new ModelConfigurationView(
        configuration.manufacturer(),
        configuration.model(),
        configuration.version(),
        configuration.settings(),
        configuration.toldUpTo() == null);
  }

  static ModelConfigurationView none(String manufacturer, String model) {
    return new ModelConfigurationView(manufacturer, model, 0, DeviceSettings.NONE, true);
  }
}
