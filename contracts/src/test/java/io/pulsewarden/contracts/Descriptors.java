package io.pulsewarden.contracts;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The descriptor set that protoc wrote beside the generated classes. */
final class Descriptors {
  private Descriptors() {}

  static FileDescriptorSet compiled() {
    try (var in = Descriptors.class.getResourceAsStream("/pulsewarden.desc")) {
      return FileDescriptorSet.parseFrom(Objects.requireNonNull(in, "pulsewarden.desc"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files of a set, linked. Imports come before what imports them, as protoc writes them. */
  static List<FileDescriptor> link(FileDescriptorSet set) {
    var linked = new ArrayList<FileDescriptor>();
    for (FileDescriptorProto file : set.getFileList()) {
      try {
        linked.add(FileDescriptor.buildFrom(file, linked.toArray(FileDescriptor[]::new)));
      } catch (DescriptorValidationException e) {
        throw new IllegalArgumentException(e);
      }
    }
    return linked;
  }

  static Descriptor message(String fullName) {
    var message = messages(compiled()).get(fullName);
    if (message == null) {
      throw new IllegalArgumentException("no message " + fullName);
    }
    return message;
  }

  /** Every message by its full name, nested ones included. */
  static SortedMap<String, Descriptor> messages(FileDescriptorSet set) {
    var byName = new TreeMap<String, Descriptor>();
    link(set).stream()
        .flatMap(file -> file.getMessageTypes().stream())
        .flatMap(Descriptors::withNested)
        .forEach(message -> byName.put(message.getFullName(), message));
    return byName;
  }

  private static Stream<Descriptor> withNested(Descriptor message) {
    return Stream.concat(
        Stream.of(message), message.getNestedTypes().stream().flatMap(Descriptors::withNested));
  }
}
