package io.pulsewarden.telemetry.intake;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The topic under which a message from a site's broker is kept: who answers for it, and which
 * device measured. MQTT knows no topic with a plus in it, so that nobody can publish to one.
 *
 * @param gateway as whom the broker is registered
 * @param device the one that the broker's topic named
 */
public record BridgedTopic(UUID gateway, UUID device) {

  private static final Pattern FORM = Pattern.compile("\\+bridge/([-0-9a-f]{36})/([-0-9a-f]{36})");

  /** The topic as text. */
  public String text() {
    return "+bridge/" + gateway + "/" + device;
  }

  /** The topic that the text is, if it is one of these. */
  static Optional<BridgedTopic> of(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new BridgedTopic(UUID.fromString(matcher.group(1)), UUID.fromString(matcher.group(2))));
    } catch (IllegalArgumentException noIds) {
      return Optional.empty();
    }
  }
}
