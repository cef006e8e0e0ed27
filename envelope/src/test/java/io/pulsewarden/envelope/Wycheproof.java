package io.pulsewarden.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * C2SP's Wycheproof vectors, read beside the repository. Without the folder a test is skipped and
 * says so; with the folder and no cases it fails.
 */
final class Wycheproof {

  record Case(JsonNode group, JsonNode test) {

    byte[] bytes(String field) {
      return Fixtures.hex(test.path(field).asText());
    }

    boolean valid() {
      return switch (test.path("result").asText()) {
        case "valid" -> true;
        case "invalid" -> false;
        // None of these files has an 'acceptable' case. Should one come, a person decides.
        default -> throw new AssertionError("neither valid nor invalid: " + this);
      };
    }

    @Override
    public String toString() {
      return "tcId " + test.path("tcId").asInt() + " " + test.path("comment").asText();
    }
  }

  private Wycheproof() {}

  static List<Case> cases(String file) throws IOException {
    Path folder = Path.of(System.getProperty("pulsewarden.root"), "..", "shared", "vectors");
    assumeTrue(Files.isDirectory(folder), "no ../shared/vectors beside the repository: not run");
    List<Case> cases = new ArrayList<>();
    JsonNode root =
        JsonMapper.builder().build().readTree(folder.resolve("wycheproof").resolve(file).toFile());
    for (JsonNode group : root.path("testGroups")) {
      for (JsonNode test : group.path("tests")) {
        cases.add(new Case(group, test));
      }
    }
    assertThat(cases).as(file).isNotEmpty().hasSize(root.path("numberOfTests").asInt());
    return cases;
  }
}
