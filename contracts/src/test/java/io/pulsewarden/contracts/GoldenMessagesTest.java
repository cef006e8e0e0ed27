package io.pulsewarden.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What was written to Kafka once must be read the same for ever. The files are written once, with
 * {@code -Dcontracts.record=true}, and a file that exists is never written again.
 */
class GoldenMessagesTest {
  private static final Path GOLDEN = Repository.file("contracts/src/test/resources/golden");

  @BeforeAll
  static void recordWhatIsNewIfAsked() throws IOException {
    if (!Repository.isRecording()) {
      return;
    }
    for (String name : names().toList()) {
      var file = GOLDEN.resolve(name + ".bin");
      if (Files.notExists(file)) {
        Files.write(file, golden(name).toByteArray());
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void shouldWriteTheSameBytesAsEver(String name) throws IOException {
    var message = golden(name);

    assertThat(message.toByteArray()).isEqualTo(Files.readAllBytes(GOLDEN.resolve(name + ".bin")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void shouldReadWhatWasWritten(String name) throws IOException {
    var message = golden(name);

    var read =
        message.getParserForType().parseFrom(Files.readAllBytes(GOLDEN.resolve(name + ".bin")));

    assertThat(read).isEqualTo(message);
    assertThat(read.getUnknownFields().asMap()).isEmpty();
  }

  @Test
  void shouldHaveAMessageForEveryFile() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(names().map(name -> name + ".bin").toList());
    }
  }

  @Test
  void shouldSetEveryReleasedFieldSomewhere() throws IOException {
    var set = new HashSet<String>();
    GoldenMessages.all().values().forEach(message -> collectSetFields(message, set));

    var released =
        Files.readAllLines(Repository.file("contracts/src/main/resources/released/contracts.txt"))
            .stream()
            .filter(line -> line.startsWith("field "))
            .map(line -> line.substring("field ".length(), line.indexOf(" = ")));

    assertThat(set).containsAll(released.toList());
  }

  static Stream<String> names() {
    return GoldenMessages.all().keySet().stream();
  }

  private static Message golden(String name) {
    var message = GoldenMessages.all().get(name);
    if (message == null) {
      throw new IllegalArgumentException(name);
    }
    return message;
  }

  private static void collectSetFields(Message message, Set<String> names) {
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              names.add(field.getFullName());
              if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                return;
              }
              if (field.isRepeated()) {
                ((Iterable<?>) value).forEach(each -> collectSetFields((Message) each, names));
              } else {
                collectSetFields((Message) value, names);
              }
            });
  }
}
