package io.pulsewarden.audit.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Signatures made by others, good and bad: C2SP/wycheproof. */
class Ed25519VectorsTest {

  private static final Path VECTORS =
      Path.of(System.getProperty("pulsewarden.root", "..")).resolve("../shared/vectors");

  @Test
  void shouldJudgeSignatures() throws Exception {
    Assumptions.assumeTrue(
        Files.isDirectory(VECTORS), "skipped: no test vectors of others at " + VECTORS);
    JsonNode groups =
        new ObjectMapper()
            .readTree(VECTORS.resolve("wycheproof/ed25519_test.json").toFile())
            .get("testGroups");
    int judged = 0;
    for (JsonNode group : groups) {
      byte[] key = HexFormat.of().parseHex(group.get("publicKey").get("pk").asText());
      for (JsonNode test : group.get("tests")) {
        boolean good = Ed25519.verify(key, hex(test, "msg"), hex(test, "sig"));
        assertThat(good).as("%s", test).isEqualTo(test.get("result").asText().equals("valid"));
        judged++;
      }
    }
    assertThat(judged).isPositive();
  }

  private static byte[] hex(JsonNode test, String field) {
    return HexFormat.of().parseHex(test.get(field).asText());
  }
}
