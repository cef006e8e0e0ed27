package io.pulsewarden.contracts;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import java.util.Locale;

/**
 * AsyncAPI 3.0 made from the topic list. Written as text, not through a YAML library, so that the
 * document reads as if by hand and a diff of it shows what changed and nothing else.
 */
final class AsyncApiDocument {
  private static final String HEAD =
      """
      # Made from contracts/src/main/resources/topics.yaml; a test keeps the two equal. Do not edit.
      asyncapi: 3.0.0
      info:
        title: Pulsewarden events
        version: '1'
        description: >-
          What the services say to each other over Kafka. Readable by them alone: mutual TLS, and
          an ACL for each topic and service. Fields are only added; a breaking change is a new topic.
        license:
          name: Apache-2.0
          url: https://www.apache.org/licenses/LICENSE-2.0
      defaultContentType: application/x-protobuf
      servers:
        kafka:
          host: '{bootstrap}'
          protocol: kafka-secure
          description: kafka.bootstrap.servers of each service.
          variables:
            bootstrap:
              default: localhost:9093
          security:
            - $ref: '#/components/securitySchemes/serviceCertificate'
      channels:
      """;

  private static final String COMPONENTS =
      """
      components:
        securitySchemes:
          serviceCertificate:
            type: X509
            description: Client certificate of the service; its CN is the Kafka principal.
        messages:
      """;

  private final TopicList list;
  private final FileDescriptorSet descriptors;
  private final StringBuilder out = new StringBuilder();

  AsyncApiDocument(TopicList list, FileDescriptorSet descriptors) {
    this.list = list;
    this.descriptors = descriptors;
  }

  String text() {
    out.append(HEAD);
    list.topics().forEach(this::channel);
    out.append("operations:\n");
    list.topics().forEach(this::operations);
    out.append(COMPONENTS);
    list.topics().forEach(this::message);
    return out.toString();
  }

  private void channel(TopicList.Topic topic) {
    var production = list.production();
    out.append(
        """
          %s:
            address: %s
            description: >-
              Owned by %s. %s %s
            messages:
              %s:
                $ref: '#/components/messages/%s'
            bindings:
              kafka:
                partitions: %d
                replicas: %d
                topicConfiguration:
                  cleanup.policy: [%s]
                  %s
                bindingVersion: 0.5.0
            x-min-insync-replicas: %d
            x-unclean-leader-election: %s
            x-partitions-on-one-machine: %d
            x-sealed: %s
        """
            .formatted(
                topic.name(),
                topic.name(),
                topic.owner(),
                topic.sealed() ? "PHI, sealed under a subject key." : "No PHI.",
                kept(topic) + times(topic),
                simpleName(topic),
                simpleName(topic),
                topic.partitions().production(),
                production.replicationFactor(),
                topic.cleanup().equals("compact") ? "compact" : "delete",
                "retention.ms: " + retentionMillis(topic),
                production.minInSyncReplicas(),
                production.uncleanLeaderElection(),
                topic.partitions().local(),
                topic.sealed()));
  }

  private void operations(TopicList.Topic topic) {
    topic.writers().forEach(service -> operation(topic, service, "send", "Writes"));
    topic.readers().forEach(service -> operation(topic, service, "receive", "Reads"));
  }

  private void operation(TopicList.Topic topic, String service, String action, String verb) {
    out.append(
        """
          %s.%s.%s:
            action: %s
            channel:
              $ref: '#/channels/%s'
            summary: %s %s %s.
            x-service: %s
        """
            .formatted(
                topic.name(),
                action,
                service,
                action,
                topic.name(),
                service,
                verb.toLowerCase(Locale.ROOT),
                topic.name(),
                service));
  }

  private void message(TopicList.Topic topic) {
    out.append(
        """
            %s:
              name: %s
              contentType: application/x-protobuf
              payload:
                schemaFormat: application/vnd.google.protobuf;version=3
                schema:
                  $ref: '../contracts/src/main/proto/%s'
              bindings:
                kafka:
                  key:
                    type: string
                    description: %s
                  bindingVersion: 0.5.0
        """
            .formatted(
                simpleName(topic),
                topic.message(),
                protoFile(topic),
                topic.key().equals("none") ? "None." : "The " + topic.key() + "."));
  }

  private String protoFile(TopicList.Topic topic) {
    return descriptors.getFileList().stream()
        .filter(file -> topic.message().equals(file.getPackage() + "." + simpleName(topic)))
        .filter(
            file ->
                file.getMessageTypeList().stream()
                    .anyMatch(message -> message.getName().equals(simpleName(topic))))
        .findFirst()
        .orElseThrow()
        .getName();
  }

  private static String times(TopicList.Topic topic) {
    return topic.timestamps() == null ? "" : " Records carry the broker's time.";
  }

  private static String kept(TopicList.Topic topic) {
    return switch (topic.cleanup()) {
      case "compact" -> "The newest record of each key is kept.";
      case "keep" -> "Kept until the owner, who has it durably, deletes it.";
      default -> "Kept for %d hours.".formatted(topic.retentionHours());
    };
  }

  private static long retentionMillis(TopicList.Topic topic) {
    Integer hours = topic.retentionHours();
    return hours == null ? -1 : hours * 3_600_000L;
  }

  private static String simpleName(TopicList.Topic topic) {
    return topic.message().substring(topic.message().lastIndexOf('.') + 1);
  }
}
