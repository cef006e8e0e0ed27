package io.pulsewarden.telemetry.bridge;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A message as the broker delivered it.
 *
 * @param packetId 0 for QoS 0
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier to be taken apart; nobody compares two.
record BridgedMessage(
    int packetId,
    int qos,
    String topic,
    byte[] payload,
    Optional<String> contentType,
    Optional<BigDecimal> sent,
    OptionalLong sequence) {

  @Override
  public String toString() {
    return "BridgedMessage[" + payload.length + " bytes]";
  }
}
