package io.pulsewarden.registry.inventory;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pulsewarden.registry.device.DeviceView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Some devices in the order of registration; {@code next} is absent on the last page. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record DevicePage(List<DeviceView> items, @Nullable String next) {

  DevicePage {
    items = List.copyOf(items);
  }
}
