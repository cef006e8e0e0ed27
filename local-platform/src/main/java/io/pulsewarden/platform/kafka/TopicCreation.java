package io.pulsewarden.platform.kafka;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Makes the topics that a broker lacks, and grants the rights on all of them. */
final class TopicCreation {

  private TopicCreation() {}

  static void createMissing(Admin admin, TopicList list) throws IOException, InterruptedException {
    try {
      Set<String> present = admin.listTopics().names().get();
      List<NewTopic> missing =
          list.topics().stream()
              .filter(topic -> !present.contains(topic.name()))
              .map(TopicCreation::newTopic)
              .toList();
      admin.createTopics(missing).all().get();
      admin.createAcls(TopicRights.of(list)).all().get();
    } catch (ExecutionException e) {
      throw new IOException("can't create the topics", e.getCause());
    }
  }

  private static NewTopic newTopic(TopicList.Topic topic) {
    return new NewTopic(
            topic.name(), Optional.of(topic.partitions().local()), Optional.of((short) 1))
        .configs(topic.configuration());
  }
}
