package io.pulsewarden.telemetry.session;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.BinaryProperty;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttProperties.StringPair;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** MQTT 5 properties (section 2.2.2), read and written. */
final class PacketProperties {

  /** Longer correlation data does not come back; docs/mqtt.md. */
  static final int MAX_CORRELATION = 1024;

  private static final int MAX_CONTENT_TYPE = 256;

  /** Stands for one that is too long to be any that we know. */
  private static final String UNKNOWN_CONTENT_TYPE = "application/octet-stream";

  /** Its identifier and lengths. */
  private static final int PROPERTY_BYTES = 4;

  /** A bound on what these packets have besides their reason string. */
  private static final int AROUND_A_REASON = 16;

  private static final int MAX_DECIMAL = 32;
  private static final Pattern DECIMAL = Pattern.compile("\\d+(\\.\\d+)?");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

  private PacketProperties() {}

  /**
   * What a device has to know of the endpoint's limits, for CONNACK.
   *
   * @param keepAliveSeconds if it is another than the device asked for
   */
  static MqttProperties ofConnack(
      MqttConfiguration limits, long sessionExpirySeconds, OptionalInt keepAliveSeconds) {
    MqttProperties properties = new MqttProperties();
    add(
        properties,
        MqttPropertyType.SESSION_EXPIRY_INTERVAL,
        Math.toIntExact(sessionExpirySeconds));
    keepAliveSeconds.ifPresent(
        seconds -> add(properties, MqttPropertyType.SERVER_KEEP_ALIVE, seconds));
    add(properties, MqttPropertyType.TOPIC_ALIAS_MAXIMUM, limits.topicAliasMaximum());
    add(properties, MqttPropertyType.RECEIVE_MAXIMUM, limits.receiveMaximum());
    add(properties, MqttPropertyType.MAXIMUM_QOS, 1);
    add(properties, MqttPropertyType.RETAIN_AVAILABLE, 0);
    add(properties, MqttPropertyType.MAXIMUM_PACKET_SIZE, limits.maximumPacketSize());
    add(properties, MqttPropertyType.WILDCARD_SUBSCRIPTION_AVAILABLE, 0);
    add(properties, MqttPropertyType.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0);
    add(properties, MqttPropertyType.SHARED_SUBSCRIPTION_AVAILABLE, 0);
    return properties;
  }

  static MqttProperties json() {
    MqttProperties properties = new MqttProperties();
    properties.add(new StringProperty(MqttPropertyType.CONTENT_TYPE.value(), "application/json"));
    return properties;
  }

  /**
   * A reason string for PUBACK, CONNACK or DISCONNECT of MQTT 5: none where the packet would be
   * larger by it than the client takes (sections 3.4.2.2.2, 3.2.2.3.9 and 3.14.2.2.3).
   *
   * @param reason in ASCII; may be empty
   * @param connect the client's
   */
  static MqttProperties withReason(String reason, MqttProperties connect) {
    MqttProperties properties = new MqttProperties();
    int maximum = integer(connect, MqttPropertyType.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE);
    if (!reason.isEmpty() && reason.length() <= maximum - AROUND_A_REASON) {
      properties.add(new StringProperty(MqttPropertyType.REASON_STRING.value(), reason));
    }
    return properties;
  }

  static MqttProperties withCorrelation(Optional<byte[]> correlation) {
    MqttProperties properties = new MqttProperties();
    correlation.ifPresent(
        data ->
            properties.add(new BinaryProperty(MqttPropertyType.CORRELATION_DATA.value(), data)));
    properties.add(new StringProperty(MqttPropertyType.CONTENT_TYPE.value(), "application/json"));
    return properties;
  }

  static int integer(MqttProperties properties, MqttPropertyType type, int otherwise) {
    MqttProperty<?> property = properties.getProperty(type.value());
    return property != null && property.value() instanceof Integer number ? number : otherwise;
  }

  /** Bytes of what a device chose to put into them, roughly: that of one without is 0. */
  static long size(MqttProperties properties) {
    long size = 0;
    for (MqttProperty<?> property : properties.listAll()) {
      size += PROPERTY_BYTES + size(property.value());
    }
    return size;
  }

  private static long size(Object value) {
    return switch (value) {
      case String text -> text.length();
      case byte[] data -> data.length;
      case StringPair pair -> PROPERTY_BYTES + pair.key.length() + pair.value.length();
      case List<?> values -> values.stream().mapToLong(PacketProperties::size).sum();
      default -> 0;
    };
  }

  static Optional<String> contentType(MqttProperties properties) {
    MqttProperty<?> property = properties.getProperty(MqttPropertyType.CONTENT_TYPE.value());
    return property != null && property.value() instanceof String text
        ? Optional.of(text.length() > MAX_CONTENT_TYPE ? UNKNOWN_CONTENT_TYPE : text)
        : Optional.empty();
  }

  /** What goes back with the receipt; nothing where it is longer than we keep. */
  static Optional<byte[]> correlation(MqttProperties properties) {
    MqttProperty<?> property = properties.getProperty(MqttPropertyType.CORRELATION_DATA.value());
    return property != null
            && property.value() instanceof byte[] data
            && data.length <= MAX_CORRELATION
        ? Optional.of(data)
        : Optional.empty();
  }

  /** The {@code sent} user property; empty if it is no plain decimal. */
  static Optional<BigDecimal> sent(MqttProperties properties) {
    return userProperty(properties, "sent")
        .filter(text -> text.length() <= MAX_DECIMAL && DECIMAL.matcher(text).matches())
        .map(BigDecimal::new);
  }

  /** The {@code seq} user property; empty if it is no number of up to 18 digits. */
  static OptionalLong sequence(MqttProperties properties) {
    return userProperty(properties, "seq")
        .filter(text -> NUMBER.matcher(text).matches())
        .map(text -> OptionalLong.of(Long.parseLong(text)))
        .orElseGet(OptionalLong::empty);
  }

  /** Whether the {@code proof} user property asks for one. */
  static boolean proof(MqttProperties properties) {
    return userProperty(properties, "proof").filter("1"::equals).isPresent();
  }

  private static Optional<String> userProperty(MqttProperties properties, String name) {
    for (MqttProperty<?> property :
        properties.getProperties(MqttPropertyType.USER_PROPERTY.value())) {
      Object value = property.value();
      for (Object pair : value instanceof List<?> pairs ? pairs : List.of(value)) {
        if (pair instanceof StringPair named && name.equals(named.key)) {
          return Optional.of(named.value);
        }
      }
    }
    return Optional.empty();
  }

  private static void add(MqttProperties properties, MqttPropertyType type, int value) {
    properties.add(new IntegerProperty(type.value(), value));
  }
}
