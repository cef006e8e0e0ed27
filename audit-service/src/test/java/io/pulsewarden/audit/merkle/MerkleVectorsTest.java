package io.pulsewarden.audit.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Proofs made by others, good and bad: transparency-dev/merkle. */
class MerkleVectorsTest {

  private static final Path VECTORS =
      Path.of(System.getProperty("pulsewarden.root", "..")).resolve("../shared/vectors");
  private static final ObjectMapper JSON = new ObjectMapper();

  @BeforeAll
  static void requireFolder() {
    Assumptions.assumeTrue(
        Files.isDirectory(VECTORS), "skipped: no test vectors of others at " + VECTORS);
  }

  @Test
  void shouldJudgeInclusionProofs() throws Exception {
    for (JsonNode vector : merkle("inclusion")) {
      assertThat(
              ProofCheck.inclusion(
                  number(vector, "leafIdx"),
                  number(vector, "treeSize"),
                  bytes(vector.get("leafHash")),
                  hashes(vector.get("proof")),
                  bytes(vector.get("root"))))
          .as("%s", vector)
          .isNotEqualTo(vector.get("wantErr").asBoolean());
    }
  }

  @Test
  void shouldJudgeConsistencyProofs() throws Exception {
    for (JsonNode vector : merkle("consistency")) {
      assertThat(
              ProofCheck.consistency(
                  number(vector, "size1"),
                  number(vector, "size2"),
                  bytes(vector.get("root1")),
                  bytes(vector.get("root2")),
                  hashes(vector.get("proof"))))
          .as("%s", vector)
          .isNotEqualTo(vector.get("wantErr").asBoolean());
    }
  }

  @Test
  void shouldJudgeSubtreeInclusionProofs() throws Exception {
    for (JsonNode vector : merkle("subtreeinclusion")) {
      assertThat(
              ProofCheck.subtreeInclusion(
                  number(vector, "leafIdx"),
                  number(vector, "start"),
                  number(vector, "end"),
                  bytes(vector.get("leafHash")),
                  hashes(vector.get("proof")),
                  bytes(vector.get("root"))))
          .as("%s", vector)
          .isNotEqualTo(vector.get("wantErr").asBoolean());
    }
  }

  @Test
  void shouldJudgeSubtreeConsistencyProofs() throws Exception {
    for (JsonNode vector : merkle("subtreeconsistency")) {
      assertThat(
              ProofCheck.subtreeConsistency(
                  number(vector, "start"),
                  number(vector, "end"),
                  number(vector, "size"),
                  bytes(vector.get("root1")),
                  bytes(vector.get("root2")),
                  hashes(vector.get("proof"))))
          .as("%s", vector)
          .isNotEqualTo(vector.get("wantErr").asBoolean());
    }
  }

  /** Present but empty is a failure, not a pass. */
  private static List<JsonNode> merkle(String kind) throws IOException {
    List<JsonNode> vectors = new ArrayList<>();
    try (Stream<Path> files = Files.walk(VECTORS.resolve("merkle").resolve(kind))) {
      for (Path file : files.filter(one -> one.toString().endsWith(".json")).toList()) {
        vectors.add(JSON.readTree(file.toFile()));
      }
    }
    assertThat(vectors).isNotEmpty();
    return vectors;
  }

  /** Numbers that only an unsigned 64-bit integer holds come out negative, and so outside. */
  private static long number(JsonNode vector, String field) {
    return vector.get(field).bigIntegerValue().longValue();
  }

  private static List<byte[]> hashes(JsonNode proof) {
    List<byte[]> hashes = new ArrayList<>();
    for (JsonNode hash : proof) {
      hashes.add(bytes(hash));
    }
    return hashes;
  }

  private static byte[] bytes(JsonNode base64) {
    return base64.isNull() ? new byte[0] : Base64.getDecoder().decode(base64.asText());
  }
}
