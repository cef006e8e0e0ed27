package io.pulsewarden.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fields and enum values are only ever added: a service of the last release, a record of years ago
 * in Kafka and a leaf of the audit log must all stay readable.
 *
 * <p>A release writes its contracts down with {@code -Dcontracts.record=true}; that refuses while
 * anything released is missing.
 */
class ReleasedContractsTest {
  private static final String RELEASED = "contracts/src/main/resources/released/contracts.txt";

  @Test
  void shouldKeepEveryReleasedFieldAndValueAsItWas() throws IOException {
    var current = ContractLines.of(Descriptors.compiled());
    var file = Repository.file(RELEASED);

    assertThat(missing(Files.readAllLines(file), current))
        .as("released fields and values that are gone or changed; make a new topic version instead")
        .isEmpty();

    if (Repository.isRecording()) {
      Files.write(file, current);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("breakingChanges")
  void shouldFindABreakingChange(String change, Consumer<FileDescriptorProto.Builder> edit) {
    var released = ContractLines.of(Descriptors.compiled());

    var changed = ContractLines.of(editKeyState(edit));

    assertThat(missing(released, changed)).as(change).isNotEmpty();
  }

  @Test
  void shouldAllowAFieldAndAValueToBeAdded() {
    var released = ContractLines.of(Descriptors.compiled());

    var extended =
        ContractLines.of(
            editKeyState(
                file -> {
                  file.getMessageTypeBuilder(1)
                      .addField(
                          FieldDescriptorProto.newBuilder()
                              .setName("added")
                              .setNumber(90)
                              .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
                              .setType(FieldDescriptorProto.Type.TYPE_STRING));
                  stateEnum(file).addValueBuilder().setName("KEY_STATE_ADDED").setNumber(90);
                }));

    assertThat(missing(released, extended)).isEmpty();
    assertThat(extended).hasSize(released.size() + 2);
  }

  static Stream<Arguments> breakingChanges() {
    return Stream.of(
        change("field removed", file -> file.getMessageTypeBuilder(1).removeField(6)),
        change("field renamed", file -> field(file).setName("identifier")),
        change("field renumbered", file -> field(file).setNumber(91)),
        change("field retyped", file -> field(file).setType(FieldDescriptorProto.Type.TYPE_BYTES)),
        change(
            "field made repeated",
            file -> field(file).setLabel(FieldDescriptorProto.Label.LABEL_REPEATED)),
        change("enum value removed", file -> stateEnum(file).removeValue(3)),
        change("enum value renumbered", file -> stateEnum(file).getValueBuilder(3).setNumber(92)),
        change("message renamed", file -> file.getMessageTypeBuilder(2).setName("Beat")));
  }

  private static Arguments change(String name, Consumer<FileDescriptorProto.Builder> edit) {
    return Arguments.of(name, edit);
  }

  private static FieldDescriptorProto.Builder field(FileDescriptorProto.Builder file) {
    return file.getMessageTypeBuilder(1).getFieldBuilder(0);
  }

  private static EnumDescriptorProto.Builder stateEnum(FileDescriptorProto.Builder file) {
    return file.getEnumTypeBuilder(1);
  }

  /** The compiled set with an edit to keys.v1: SubjectKeyState is message 1, KeyState enum 1. */
  private static FileDescriptorSet editKeyState(Consumer<FileDescriptorProto.Builder> edit) {
    var set = Descriptors.compiled().toBuilder();
    for (var file : set.getFileBuilderList()) {
      if (file.getPackage().equals("pulsewarden.keys.v1")) {
        edit.accept(file);
        if (file.getMessageType(2).getName().equals("Beat")) {
          file.getMessageTypeBuilder(0).getFieldBuilder(1).setTypeName(".pulsewarden.keys.v1.Beat");
        }
      }
    }
    return set.build();
  }

  private static List<String> missing(Collection<String> released, Collection<String> current) {
    var missing = new TreeSet<>(released);
    missing.removeAll(current);
    return List.copyOf(missing);
  }
}
