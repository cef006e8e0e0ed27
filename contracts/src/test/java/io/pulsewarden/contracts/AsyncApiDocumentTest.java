package io.pulsewarden.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** {@code -Dcontracts.record=true} writes the document anew. */
class AsyncApiDocumentTest {
  private final String made = new AsyncApiDocument(TopicList.read(), Descriptors.compiled()).text();

  @Test
  void shouldBeTheDocumentThatIsCheckedIn() throws IOException {
    var file = Repository.file("docs/asyncapi.yaml");
    if (Repository.isRecording()) {
      Files.writeString(file, made);
    }

    assertThat(Files.readString(file)).isEqualTo(made);
  }

  @Test
  void shouldResolveEveryReference() throws IOException {
    var document = new ObjectMapper(new YAMLFactory()).readTree(made);

    var references = document.findValuesAsText("$ref");

    assertThat(references).isNotEmpty();
    for (String reference : references) {
      if (reference.startsWith("#")) {
        assertThat(document.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
      } else {
        assertThat(Repository.file("docs").resolve(reference)).exists();
      }
    }
  }

  @Test
  void shouldNameEachTopicWithItsWritersAndReaders() throws IOException {
    var document = new ObjectMapper(new YAMLFactory()).readTree(made);

    var operations =
        StreamSupport.stream(document.get("operations").spliterator(), false)
            .map(
                each ->
                    each.get("x-service").asText()
                        + " "
                        + each.get("action").asText()
                        + " "
                        + each.at("/channel/$ref").asText().substring("#/channels/".length()));

    assertThat(operations)
        .hasSize(
            TopicList.read().topics().stream()
                .mapToInt(topic -> topic.writers().size() + topic.readers().size())
                .sum())
        .contains(
            "telemetry-service send telemetry.vitals.v1",
            "key-management-service receive device-registry.device-state.v1",
            "audit-service receive audit.events.v1");
  }
}
