package io.pulsewarden.telemetry.bridge;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a broker's devices publish: levels of text, {@code +} for a level that may be anything, and
 * {@code {device}}, once, for the one that is the device's id.
 */
final class TopicPattern {

  private static final String DEVICE = "{device}";
  private static final String ANY = "+";

  private final List<String> levels;

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException if it is none
   */
  TopicPattern(String text) {
    levels = List.of(text.split("/", -1));
    if (levels.stream().filter(DEVICE::equals).count() != 1) {
      throw new IllegalArgumentException("a topic needs the level {device}, once");
    }
    if (levels.getFirst().startsWith("$") || !levels.stream().allMatch(TopicPattern::isLevel)) {
      throw new IllegalArgumentException("a topic's levels are text, + or {device}");
    }
  }

  private static boolean isLevel(String level) {
    return level.equals(DEVICE)
        || level.equals(ANY)
        || level.chars().noneMatch(c -> c == '+' || c == '#' || c == '{' || c == '}' || c == 0);
  }

  /** What to subscribe to. */
  String filter() {
    return String.join("/", levels).replace(DEVICE, ANY);
  }

  /** The device that the topic names; empty for a topic that does not match. */
  Optional<UUID> device(String topic) {
    List<String> given = List.of(topic.split("/", -1));
    if (given.size() != levels.size()) {
      return Optional.empty();
    }
    for (int i = 0; i < levels.size(); i++) {
      String level = levels.get(i);
      if (!level.equals(DEVICE) && !level.equals(ANY) && !level.equals(given.get(i))) {
        return Optional.empty();
      }
    }
    return id(given.get(levels.indexOf(DEVICE)).toLowerCase(Locale.ROOT));
  }

  private static Optional<UUID> id(String text) {
    try {
      UUID id = UUID.fromString(text);
      // Java reads shorter forms too: one device would have many topics.
      return id.toString().equals(text) ? Optional.of(id) : Optional.empty();
    } catch (IllegalArgumentException noId) {
      return Optional.empty();
    }
  }
}
