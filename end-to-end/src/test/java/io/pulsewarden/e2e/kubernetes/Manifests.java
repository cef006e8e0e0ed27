package io.pulsewarden.e2e.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a kustomization names, directly or through others: its resources, the files that patch them,
 * and those that become ConfigMaps. A file that is named and is not there is an error, as is an
 * entry that kustomize has and this does not know.
 */
record Manifests(List<JsonNode> resources, List<JsonNode> patches, List<Path> files) {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Set<String> KNOWN =
      Set.of(
          "apiVersion",
          "kind",
          "namespace",
          "resources",
          "configMapGenerator",
          "images",
          "labels",
          "patches",
          "replacements");

  static Manifests of(Path folder) throws IOException {
    var manifests = new Manifests(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    manifests.add(folder.normalize());
    return manifests;
  }

  /** The documents of a YAML file. */
  static List<JsonNode> documents(Path file) throws IOException {
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(file.toFile())) {
      return documents.readAll();
    }
  }

  Stream<JsonNode> ofKind(String kind) {
    return resources.stream().filter(resource -> resource.path("kind").asText().equals(kind));
  }

  private void add(Path folder) throws IOException {
    var kustomization = documents(folder.resolve("kustomization.yaml")).getFirst();
    for (var entry : kustomization.properties()) {
      if (!KNOWN.contains(entry.getKey())) {
        throw new IllegalArgumentException(folder + ": unknown entry " + entry.getKey());
      }
    }
    for (JsonNode resource : kustomization.path("resources")) {
      var path = folder.resolve(resource.asText()).normalize();
      if (Files.isDirectory(path)) {
        add(path);
      } else {
        resources.addAll(documents(path));
      }
    }
    for (JsonNode patch : kustomization.path("patches")) {
      patches.addAll(
          patch.has("path")
              ? documents(folder.resolve(patch.get("path").asText()))
              : List.of(YAML.readTree(patch.get("patch").asText())));
    }
    for (JsonNode generator : kustomization.path("configMapGenerator")) {
      for (JsonNode file : generator.path("files")) {
        files.add(existing(folder.resolve(file.asText())));
      }
    }
  }

  private static Path existing(Path file) throws NoSuchFileException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return file;
  }
}
