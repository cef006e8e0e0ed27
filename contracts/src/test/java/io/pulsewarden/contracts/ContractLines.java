package io.pulsewarden.contracts;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.Collection;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One line for each field and each enum value, with all that a reader of another release depends
 * on: number, type, label, name, oneof. Two releases agree on a field if its lines are equal.
 */
final class ContractLines {
  private ContractLines() {}

  static SortedSet<String> of(FileDescriptorSet set) {
    var lines = new TreeSet<String>();
    for (FileDescriptor file : Descriptors.link(set)) {
      file.getMessageTypes().forEach(message -> addMessage(message, lines));
      file.getEnumTypes().forEach(type -> addEnum(type, lines));
    }
    return lines;
  }

  private static void addMessage(Descriptor message, Collection<String> lines) {
    for (FieldDescriptor field : message.getFields()) {
      lines.add(
          "field %s.%s = %d : %s%s"
              .formatted(
                  message.getFullName(),
                  field.getName(),
                  field.getNumber(),
                  label(field),
                  type(field)));
    }
    message.getNestedTypes().forEach(nested -> addMessage(nested, lines));
    message.getEnumTypes().forEach(nested -> addEnum(nested, lines));
  }

  private static void addEnum(EnumDescriptor type, Collection<String> lines) {
    for (var value : type.getValues()) {
      lines.add(
          "value %s.%s = %d".formatted(type.getFullName(), value.getName(), value.getNumber()));
    }
  }

  private static String label(FieldDescriptor field) {
    if (field.isRepeated()) {
      return "repeated ";
    }
    if (field.getRealContainingOneof() != null) {
      return "oneof " + field.getRealContainingOneof().getName() + " ";
    }
    return field.hasPresence() && field.getJavaType() != FieldDescriptor.JavaType.MESSAGE
        ? "optional "
        : "";
  }

  private static String type(FieldDescriptor field) {
    return switch (field.getType()) {
      case MESSAGE, GROUP -> field.getMessageType().getFullName();
      case ENUM -> field.getEnumType().getFullName();
      default -> field.getType().name().toLowerCase(Locale.ROOT);
    };
  }
}
