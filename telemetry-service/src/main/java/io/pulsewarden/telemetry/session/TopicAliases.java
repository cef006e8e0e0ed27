package io.pulsewarden.telemetry.session;

import java.util.HashMap;
import java.util.Map;

/** The topics that a device gave a number on this connection (MQTT 5, section 3.3.2.3.4). */
final class TopicAliases {

  /** What a PUBLISH means by its topic and alias. */
  sealed interface Meaning {
    record Topic(String name) implements Meaning {}

    record Fault(CloseReason reason) implements Meaning {}
  }

  /** There was no alias. */
  static final int NONE = -1;

  private final int maximum;
  private final Map<Integer, String> topics = new HashMap<>();

  TopicAliases(int maximum) {
    this.maximum = maximum;
  }

  /** Looks the topic up, or keeps it, if both are given. */
  Meaning resolve(String topic, int alias) {
    if (alias != NONE && (alias < 1 || alias > maximum)) {
      return new Meaning.Fault(CloseReason.TOPIC_ALIAS_INVALID);
    }
    if (!topic.isEmpty()) {
      if (alias != NONE) {
        topics.put(alias, topic);
      }
      return new Meaning.Topic(topic);
    }
    String known = topics.get(alias);
    return known == null ? new Meaning.Fault(CloseReason.PROTOCOL_ERROR) : new Meaning.Topic(known);
  }
}
