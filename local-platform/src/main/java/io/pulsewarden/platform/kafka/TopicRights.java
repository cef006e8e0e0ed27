package io.pulsewarden.platform.kafka;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Who may do what on the broker, from the list of topics; what is not here is refused. */
final class TopicRights {

  private TopicRights() {}

  static List<AclBinding> of(TopicList list) {
    Set<AclBinding> rights = new LinkedHashSet<>();
    for (TopicList.Topic topic : list.topics()) {
      ResourcePattern resource =
          new ResourcePattern(ResourceType.TOPIC, topic.name(), PatternType.LITERAL);
      if (topic.keepsRecords()) {
        // What the owner has durably, it may delete; nobody else may.
        rights.add(allow(resource, topic.owner(), AclOperation.DELETE));
        // How far the owner has read: writers stop when it is too far behind.
        topic.writers().forEach(writer -> rights.add(seesProgress(topic.owner(), writer)));
      }
      for (String writer : topic.writers()) {
        rights.add(allow(resource, writer, AclOperation.WRITE));
        rights.add(allow(resource, writer, AclOperation.DESCRIBE));
        rights.add(idempotentWrite(writer));
      }
      for (String reader : topic.readers()) {
        rights.add(allow(resource, reader, AclOperation.READ));
        rights.add(allow(resource, reader, AclOperation.DESCRIBE));
        rights.add(ownGroups(reader));
      }
    }
    return List.copyOf(rights);
  }

  private static AclBinding idempotentWrite(String service) {
    return allow(
        new ResourcePattern(ResourceType.CLUSTER, Resource.CLUSTER_NAME, PatternType.LITERAL),
        service,
        AclOperation.IDEMPOTENT_WRITE);
  }

  /** Consumer groups whose names begin with the service's. */
  private static AclBinding ownGroups(String service) {
    return allow(
        new ResourcePattern(ResourceType.GROUP, service, PatternType.PREFIXED),
        service,
        AclOperation.READ);
  }

  private static AclBinding seesProgress(String owner, String writer) {
    return allow(
        new ResourcePattern(ResourceType.GROUP, owner + ".progress", PatternType.LITERAL),
        writer,
        AclOperation.DESCRIBE);
  }

  private static AclBinding allow(ResourcePattern resource, String service, AclOperation may) {
    return new AclBinding(
        resource, new AccessControlEntry("User:CN=" + service, "*", may, AclPermissionType.ALLOW));
  }
}
