package io.pulsewarden.registry.procurement;

import io.pulsewarden.registry.device.DeviceDescription;
import io.pulsewarden.registry.device.DeviceKind;
import io.pulsewarden.registry.problem.Fields;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a row, by the names and rules that registration has. */
final class ProcuredFields {

  static final List<String> REQUIRED = List.of("serialNumber", "model", "manufacturer");
  static final List<String> NAMES =
      List.of("serialNumber", "model", "manufacturer", "udi", "kind", "clockless");

  private static final int MAX_LABEL = 100;
  private static final int MAX_UDI = 250;

  private ProcuredFields() {}

  /**
   * Judges the fields of a row.
   *
   * @throws io.pulsewarden.registry.problem.ProblemException naming the field that is wrong
   */
  static DeviceDescription description(Map<String, String> values) {
    String udi = values.get("udi");
    String kind = values.get("kind");
    return new DeviceDescription(
        Fields.text("serialNumber", values.get("serialNumber"), MAX_LABEL),
        Fields.text("model", values.get("model"), MAX_LABEL),
        Fields.text("manufacturer", values.get("manufacturer"), MAX_LABEL),
        udi == null ? null : Fields.text("udi", udi, MAX_UDI),
        kind == null
            ? DeviceKind.SENSOR
            : Fields.oneOf("kind", kind, DeviceKind::ofWire, "sensor, gateway, phone"),
        clockless(values.get("clockless")));
  }

  private static boolean clockless(@Nullable String text) {
    return text != null
        && Fields.oneOf(
            "clockless",
            text,
            value ->
                switch (value) {
                  case "true" -> Boolean.TRUE;
                  case "false" -> Boolean.FALSE;
                  default -> null;
                },
            "true, false");
  }
}
