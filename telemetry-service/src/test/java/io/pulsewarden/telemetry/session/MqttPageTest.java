package io.pulsewarden.telemetry.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/mqtt.md tells device makers of limits is what the endpoint has. */
class MqttPageTest {

  private static final Pattern ROW =
      Pattern.compile("\\| `\\.([a-z-]+)`[^|]*\\| ([0-9,]+)( MiB)? \\| 0x[0-9A-F]{2}.*\\|");
  private static final double MEBIBYTE = 1 << 20;

  @Test
  void shouldNameEachLimitOfTraffic() throws IOException {
    MqttConfiguration.Traffic traffic = TestSessions.settings(Map.of()).traffic();

    assertThat(table())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "device-messages-per-second", traffic.deviceMessagesPerSecond(),
                "device-bytes-per-second", traffic.deviceBytesPerSecond(),
                "device-subscriptions-per-second", traffic.deviceSubscriptionsPerSecond(),
                "device-quarantined-per-second", traffic.deviceQuarantinedPerSecond(),
                "device-connects-per-second", traffic.deviceConnectsPerSecond(),
                "organisation-messages-per-second", traffic.organisationMessagesPerSecond(),
                "organisation-bytes-per-second", traffic.organisationBytesPerSecond(),
                "organisation-quarantined-per-second", traffic.organisationQuarantinedPerSecond()));
    assertThat(MqttConfiguration.Traffic.class.getDeclaredMethods())
        .as("the table's, and the burst")
        .hasSize(table().size() + 1);
  }

  private static Map<String, Double> table() throws IOException {
    Map<String, Double> limits = new LinkedHashMap<>();
    for (String line :
        Files.readAllLines(Path.of(System.getProperty("pulsewarden.root"), "docs", "mqtt.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        double number = Double.parseDouble(row.group(2).replace(",", ""));
        limits.put(row.group(1), row.group(3) == null ? number : number * MEBIBYTE);
      }
    }
    return limits;
  }
}
