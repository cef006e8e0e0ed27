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
 * @param proof whether the device wants a proof of it, once it is stored
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
    Optional<byte[]> correlation,
    boolean proof) {

  /** One of which no proof is wanted. */
  Publication(
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
    this(
        packetId,
        qos,
        retain,
        size,
        topic,
        payload,
        contentType,
        sent,
        sequence,
        correlation,
        false);
  }

  /** What is kept of it while something is looked for. */
  Publication withoutPayload() {
    return new Publication(
        packetId,
        qos,
        retain,
        size,
        topic,
        new byte[0],
        contentType,
        sent,
        sequence,
        correlation,
        proof);
  }

  @Override
  public String toString() {
    return "Publication[" + payload.length + " bytes]";
  }
}
