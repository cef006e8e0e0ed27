package io.pulsewarden.platform.kafka;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;

/** Makes the topics that a broker lacks, configures those that it has, and grants the rights. */
final class TopicCreation {

  private TopicCreation() {}

  static void createMissing(Admin admin, TopicList list) throws IOException, InterruptedException {
    try {
      Set<String> present = admin.listTopics().names().get();
      List<NewTopic> missing =
          list.topics().stream()
              .filter(topic -> !present.contains(topic.name()))
              .map(topic -> newTopic(topic, list.configuration(topic)))
              .toList();
      admin.createTopics(missing).all().get();
      admin.incrementalAlterConfigs(configurations(list)).all().get();
      admin.createAcls(TopicRights.of(list)).all().get();
    } catch (ExecutionException e) {
      throw new IOException("can't create the topics", e.getCause());
    }
  }

  /** What a newer list says holds for topics of an older one, too. */
  private static Map<ConfigResource, Collection<AlterConfigOp>> configurations(TopicList list) {
    Map<ConfigResource, Collection<AlterConfigOp>> all = new HashMap<>();
    for (TopicList.Topic topic : list.topics()) {
      List<AlterConfigOp> settings = new ArrayList<>();
      list.configuration(topic)
          .forEach(
              (name, value) ->
                  settings.add(
                      new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)));
      all.put(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()), settings);
    }
    return all;
  }

  private static NewTopic newTopic(TopicList.Topic topic, Map<String, String> configuration) {
    return new NewTopic(
            topic.name(), Optional.of(topic.partitions().local()), Optional.of((short) 1))
        .configs(configuration);
  }
}
