package io.pulsewarden.contracts;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** topics.yaml as it stands; an entry that this does not name fails the reading. */
record TopicList(Production production, int maxMessageBytes, List<Topic> topics) {

  record Production(int replicationFactor, int minInSyncReplicas, boolean uncleanLeaderElection) {}

  record Partitions(int local, int production) {}

  record Topic(
      String name,
      String owner,
      String key,
      String message,
      Partitions partitions,
      String cleanup,
      @Nullable Integer retentionHours,
      @Nullable String timestamps,
      List<String> writers,
      List<String> readers,
      boolean sealed) {

    /** Such as {@code telemetry} of {@code telemetry.vitals.v1}. */
    String prefix() {
      return name.substring(0, name.indexOf('.'));
    }

    /** Such as {@code v1}. */
    String version() {
      return name.substring(name.lastIndexOf('.') + 1);
    }
  }

  static TopicList read() {
    try (var in = TopicList.class.getResourceAsStream("/topics.yaml")) {
      return new ObjectMapper(new YAMLFactory())
          .readValue(Objects.requireNonNull(in, "topics.yaml"), TopicList.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
