package io.pulsewarden.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TopicListTest {
  private static final Map<String, String> OWNER_OF_PREFIX =
      Map.of(
          "device-registry", "device-registry-service",
          "telemetry", "telemetry-service",
          "keys", "key-management-service",
          "audit", "audit-service");
  private static final Set<String> SERVICES = Set.copyOf(OWNER_OF_PREFIX.values());

  /** Lives inside SealedQuarantine's envelope, never as a record's value. */
  private static final String SEALED_INSIDE = "pulsewarden.telemetry.v1.QuarantinedInput";

  static Stream<TopicList.Topic> topics() {
    return TopicList.read().topics().stream();
  }

  @ParameterizedTest
  @MethodSource("topics")
  void shouldCarryAMessageOfItsOwnVersion(TopicList.Topic topic) {
    assertThat(Descriptors.messages(Descriptors.compiled())).containsKey(topic.message());
    assertThat(topic.message()).contains("." + topic.version() + ".");
  }

  @ParameterizedTest
  @MethodSource("topics")
  void shouldBeOwnedWrittenAndReadByServicesThatThereAre(TopicList.Topic topic) {
    assertThat(topic.owner()).isEqualTo(OWNER_OF_PREFIX.get(topic.prefix()));
    assertThat(topic.writers()).isNotEmpty().doesNotHaveDuplicates().isSubsetOf(SERVICES);
    assertThat(topic.readers()).isNotEmpty().doesNotHaveDuplicates().isSubsetOf(SERVICES);
    assertThat(Stream.concat(topic.writers().stream(), topic.readers().stream()))
        .as("the owner takes part")
        .contains(topic.owner());
  }

  @ParameterizedTest
  @MethodSource("topics")
  void shouldSayHowLongItKeepsRecords(TopicList.Topic topic) {
    assertThat(topic.cleanup()).isIn("compact", "keep", "delete");
    assertThat(topic.retentionHours() != null)
        .as("retentionHours goes with cleanup 'delete' and nothing else")
        .isEqualTo(topic.cleanup().equals("delete"));
  }

  @ParameterizedTest
  @MethodSource("topics")
  void shouldHaveTheWritersTimesOrTheBrokers(TopicList.Topic topic) {
    assertThat(topic.timestamps()).isIn(null, "append");
  }

  @ParameterizedTest
  @MethodSource("topics")
  void shouldHavePartitionsForBothSizes(TopicList.Topic topic) {
    assertThat(topic.partitions().local()).isPositive();
    assertThat(topic.partitions().production()).isGreaterThanOrEqualTo(topic.partitions().local());
  }

  @ParameterizedTest
  @MethodSource("topics")
  void shouldSealWhatOnlyTelemetryMayRead(TopicList.Topic topic) {
    boolean hasEnvelope = Descriptors.message(topic.message()).findFieldByName("envelope") != null;

    assertThat(topic.sealed()).isEqualTo(hasEnvelope);
    if (topic.sealed()) {
      assertThat(topic.readers()).containsExactly("telemetry-service");
    }
  }

  @Test
  void shouldKeepTheAuditLogInOnePartitionSoThatLeafOrderIsOffsetOrder() {
    var audit = topics().filter(topic -> topic.name().equals("audit.events.v1")).toList();

    assertThat(audit)
        .singleElement()
        .satisfies(
            topic -> {
              assertThat(topic.partitions()).isEqualTo(new TopicList.Partitions(1, 1));
              assertThat(topic.writers()).containsExactlyInAnyOrderElementsOf(SERVICES);
            });
  }

  @Test
  void shouldNameEachTopicOnce() {
    assertThat(topics().map(TopicList.Topic::name)).doesNotHaveDuplicates();
  }

  @Test
  void shouldHaveATopicForEveryMessageThatNoOtherMessageContains() {
    var messages = Descriptors.messages(Descriptors.compiled());
    var contained =
        messages.values().stream()
            .flatMap(message -> message.getFields().stream())
            .filter(field -> field.getJavaType().name().equals("MESSAGE"))
            .map(field -> field.getMessageType().getFullName())
            .collect(Collectors.toSet());

    var outermost =
        messages.values().stream()
            .map(Descriptor::getFullName)
            .filter(name -> !contained.contains(name) && !name.equals(SEALED_INSIDE));

    assertThat(outermost)
        .containsExactlyInAnyOrderElementsOf(topics().map(TopicList.Topic::message).toList());
  }

  @Test
  void shouldTakeARecordOfAMebibyteOnEachTopic() {
    // What telemetry-service's producer sends at most, and the twelve bytes around a batch.
    assertThat(TopicList.read().maxMessageBytes()).isEqualTo((1 << 20) + 12);
  }

  @Test
  void shouldLoseNothingInProductionWhenOneBrokerDies() {
    var production = TopicList.read().production();

    assertThat(production.minInSyncReplicas()).isGreaterThanOrEqualTo(2);
    assertThat(production.replicationFactor()).isGreaterThan(production.minInSyncReplicas());
    assertThat(production.uncleanLeaderElection()).isFalse();
  }
}
