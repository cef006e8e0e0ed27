package io.pulsewarden.platform.kafka;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The contracts' list of topics.
 *
 * @param maxMessageBytes what each topic takes as one record
 * @param topics as they stand in the file
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record TopicList(int maxMessageBytes, List<Topic> topics) {

  TopicList {
    topics = List.copyOf(topics);
  }

  /** The list that the contracts on the class path hold. */
  static TopicList ofContracts() throws IOException {
    try (InputStream yaml = TopicList.class.getResourceAsStream("/topics.yaml")) {
      if (yaml == null) {
        throw new IOException("no topics.yaml on the class path");
      }
      return new ObjectMapper(new YAMLFactory()).readValue(yaml, TopicList.class);
    }
  }

  /** A topic's settings on the broker. */
  Map<String, String> configuration(Topic topic) {
    Map<String, String> configuration = topic.configuration();
    configuration.put("max.message.bytes", Integer.toString(maxMessageBytes));
    return configuration;
  }

  /** Partitions on one machine and in production. */
  record Partitions(int local, int production) {}

  /**
   * One topic.
   *
   * @param name its name on the broker
   * @param partitions how many
   * @param cleanup {@code compact}, {@code keep} or {@code delete}
   * @param retentionHours with {@code delete}
   * @param timestamps {@code append} where records carry the broker's time; absent: their writers'
   * @param owner the service that may delete records of a topic that keeps them
   * @param writers services that may produce
   * @param readers services that may consume
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Topic(
      String name,
      String owner,
      Partitions partitions,
      String cleanup,
      @Nullable Integer retentionHours,
      @Nullable String timestamps,
      List<String> writers,
      List<String> readers) {

    Topic {
      writers = List.copyOf(writers);
      readers = List.copyOf(readers);
    }

    boolean keepsRecords() {
      return "keep".equals(cleanup);
    }

    private Map<String, String> configuration() {
      Map<String, String> configuration = new HashMap<>(retention());
      if ("append".equals(timestamps)) {
        configuration.put("message.timestamp.type", "LogAppendTime");
      }
      return configuration;
    }

    private Map<String, String> retention() {
      return switch (cleanup) {
        case "compact" -> Map.of("cleanup.policy", "compact", "segment.ms", "600000");
        case "keep" -> Map.of("cleanup.policy", "delete", "retention.ms", "-1");
        case "delete" -> {
          if (retentionHours == null) {
            throw new IllegalStateException("no retentionHours for " + name);
          }
          long millis = Duration.ofHours(retentionHours).toMillis();
          yield Map.of("cleanup.policy", "delete", "retention.ms", Long.toString(millis));
        }
        default -> throw new IllegalStateException("no such cleanup: " + cleanup);
      };
    }
  }
}
