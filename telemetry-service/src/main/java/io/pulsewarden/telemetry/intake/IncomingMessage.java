package io.pulsewarden.telemetry.intake;

import io.pulsewarden.telemetry.devicefeed.Device;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/**
 * What an authenticated device published.
 *
 * <p>Behind a site's broker it is the broker that is authenticated, as a gateway, and the topic
 * that says which device measured; the gateway may say so only of devices assigned to it.
 *
 * @param sender as the registry says of it now
 * @param ownTopic whether the topic is the sender's own for vitals
 * @param payload not changed
 * @param contentType MQTT 5's content type
 * @param sent the {@code sent} property, in seconds since 1970
 * @param sequence the {@code seq} property
 * @param receivedAtMillis our clock when it came
 * @param measuring the device that a broker's topic names: the only one that the message may be of
 * @param replayed what was known of it when it came first, if this is not the first time
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
    long receivedAtMillis,
    Optional<UUID> measuring,
    Optional<FirstTime> replayed) {

  /**
   * What was known of a message when it came first.
   *
   * @param wearers who wore the device then; none if nobody can tell
   * @param numbered whether it had a number, which has been counted and is not given again
   * @param skewed whether the device's clock was wrong
   */
  public record FirstTime(UUID device, Set<UUID> wearers, boolean numbered, boolean skewed) {
    public FirstTime {
      wearers = Set.copyOf(wearers);
    }

    @Override
    public String toString() {
      return "FirstTime[" + wearers.size() + "]";
    }
  }

  private static final BigDecimal TOLERATED_SKEW = BigDecimal.valueOf(60);
  private static final int LONGEST_TOPIC = 256;

  public IncomingMessage {
    topic = bounded(topic);
  }

  /** For the first time. */
  public IncomingMessage(
      Device sender,
      String topic,
      boolean ownTopic,
      byte[] payload,
      Optional<String> contentType,
      Optional<BigDecimal> sent,
      OptionalLong sequence,
      long receivedAtMillis,
      Optional<UUID> measuring) {
    this(
        sender,
        topic,
        ownTopic,
        payload,
        contentType,
        sent,
        sequence,
        receivedAtMillis,
        measuring,
        Optional.empty());
  }

  /** From the sender itself, by its own connection. */
  public IncomingMessage(
      Device sender,
      String topic,
      boolean ownTopic,
      byte[] payload,
      Optional<String> contentType,
      Optional<BigDecimal> sent,
      OptionalLong sequence,
      long receivedAtMillis) {
    this(
        sender,
        topic,
        ownTopic,
        payload,
        contentType,
        sent,
        sequence,
        receivedAtMillis,
        Optional.empty());
  }

  /**
   * A topic as it is kept: one that is longer than any of ours is nobody's, and its beginning tells
   * that as well.
   */
  public static String bounded(String topic) {
    if (topic.length() <= LONGEST_TOPIC) {
      return topic;
    }
    // Not between the halves of a character: the rest would be none.
    boolean halves = Character.isHighSurrogate(topic.charAt(LONGEST_TOPIC - 1));
    return topic.substring(0, halves ? LONGEST_TOPIC - 1 : LONGEST_TOPIC);
  }

  /** Whether the sender gave it a number. */
  boolean numbered() {
    return sequence.isPresent() || replayed.map(FirstTime::numbered).orElse(false);
  }

  /** Whether the sender's clock was too far from ours when it sent this. */
  boolean skewed() {
    BigDecimal received = BigDecimal.valueOf(receivedAtMillis, 3);
    return sent.map(at -> at.subtract(received).abs().compareTo(TOLERATED_SKEW) > 0)
        .or(() -> replayed.map(FirstTime::skewed))
        .orElse(false);
  }

  @Override
  public String toString() {
    return "IncomingMessage[" + payload.length + " bytes]";
  }
}
