package io.pulsewarden.telemetry.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.session.TopicAliases.Meaning.Fault;
import io.pulsewarden.telemetry.session.TopicAliases.Meaning.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicAliasesTest {

  private final TopicAliases aliases = new TopicAliases(2);

  @Test
  void shouldRememberATopicByItsNumberAndTakeAnotherForIt() {
    assertThat(aliases.resolve("a", 1)).isEqualTo(new Topic("a"));
    assertThat(aliases.resolve("", 1)).isEqualTo(new Topic("a"));
    assertThat(aliases.resolve("b", 1)).isEqualTo(new Topic("b"));
    assertThat(aliases.resolve("", 1)).isEqualTo(new Topic("b"));
    assertThat(aliases.resolve("c", TopicAliases.NONE)).isEqualTo(new Topic("c"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 65_535})
  void shouldRefuseANumberThatIsNoAlias(int alias) {
    assertThat(aliases.resolve("a", alias)).isEqualTo(new Fault(CloseReason.TOPIC_ALIAS_INVALID));
  }

  @ParameterizedTest
  @ValueSource(ints = {TopicAliases.NONE, 2})
  void shouldRefuseNoTopicAtAll(int alias) {
    assertThat(aliases.resolve("", alias)).isEqualTo(new Fault(CloseReason.PROTOCOL_ERROR));
  }
}
