package io.pulsewarden.simulator.senml;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Writes packs in SenML JSON. Times are absolute: a base time and offsets from it, in seconds. */
public final class SenmlPack {

  /** The media type of {@link #json}. */
  public static final String CONTENT_TYPE = "application/senml+json";

  private SenmlPack() {}

  /**
   * Encodes records of one device; the first record's time is the base time.
   *
   * @throws IllegalArgumentException if there is no record
   */
  public static byte[] json(UUID device, List<SenmlRecord> records) {
    if (records.isEmpty()) {
      throw new IllegalArgumentException("a pack has at least one record");
    }
    Instant base = records.getFirst().time();
    StringBuilder json = new StringBuilder(64 * records.size() + 80);
    json.append("[{\"bn\":\"urn:uuid:").append(device).append(":\",\"bt\":");
    json.append(seconds(base.toEpochMilli())).append(',');
    String separator = "";
    for (SenmlRecord each : records) {
      json.append(separator);
      separator = ",{";
      json.append("\"n\":\"").append(each.name());
      json.append("\",\"u\":\"").append(each.unit());
      BigDecimal value = each.value();
      if (value == null) {
        json.append("\",\"vs\":\"").append(each.samples()).append('"');
      } else {
        json.append("\",\"v\":").append(value.toPlainString());
      }
      long offset = each.time().toEpochMilli() - base.toEpochMilli();
      if (offset != 0) {
        json.append(",\"t\":").append(seconds(offset));
      }
      json.append('}');
    }
    return json.append(']').toString().getBytes(UTF_8);
  }

  private static String seconds(long millis) {
    return millis % 1000 == 0
        ? Long.toString(millis / 1000)
        : BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString();
  }
}
