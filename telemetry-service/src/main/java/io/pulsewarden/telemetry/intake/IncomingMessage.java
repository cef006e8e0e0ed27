package io.pulsewarden.telemetry.intake;

import io.pulsewarden.telemetry.devicefeed.Device;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an authenticated device published.
 *
 * @param sender as the registry says of it now
 * @param ownTopic whether the topic is the sender's own for vitals
 * @param payload not changed
 * @param contentType MQTT 5's content type
 * @param sent the {@code sent} property, in seconds since 1970
 * @param sequence the {@code seq} property
 * @param receivedAtMillis our clock when it came
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier to be taken apart; nobody compares two.
public record IncomingMessage(
    Device sender,
    String topic,
    boolean ownTopic,
    byte[] payload,
    Optional<String> contentType,
    Optional<BigDecimal> sent,
    OptionalLong sequence,
    long receivedAtMillis) {

  @Override
  public String toString() {
    return "IncomingMessage[" + payload.length + " bytes]";
  }
}
