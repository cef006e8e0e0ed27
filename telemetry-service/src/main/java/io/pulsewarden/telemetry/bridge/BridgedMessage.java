package io.pulsewarden.telemetry.bridge;

import java.util.Optional;

/**
 * A message as the broker delivered it. When its device sent it, and as which of its messages, is
 * left out: it may have waited with the broker for days, and its neighbours with another instance.
 *
 * @param packetId 0 for QoS 0
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier to be taken apart; nobody compares two.
record BridgedMessage(
    int packetId, int qos, String topic, byte[] payload, Optional<String> contentType) {

  /** Bytes that it brings with it. */
  int size() {
    return topic.length() + contentType.map(String::length).orElse(0) + payload.length;
  }

  @Override
  public String toString() {
    return "BridgedMessage[" + payload.length + " bytes]";
  }
}
