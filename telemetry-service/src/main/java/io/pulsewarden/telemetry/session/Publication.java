package io.pulsewarden.telemetry.session;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A PUBLISH as it came.
 *
 * @param size bytes of all of it: topic, properties, payload
 * @param packetId 0 for QoS 0
 * @param sequence the {@code seq} property
 * @param correlation MQTT 5's correlation data
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier to be taken apart; nobody compares two.
record Publication(
    int packetId,
    int qos,
    boolean retain,
    long size,
    String topic,
    byte[] payload,
    Optional<String> contentType,
    Optional<BigDecimal> sent,
    OptionalLong sequence,
    Optional<byte[]> correlation) {

  @Override
  public String toString() {
    return "Publication[" + payload.length + " bytes]";
  }
}
