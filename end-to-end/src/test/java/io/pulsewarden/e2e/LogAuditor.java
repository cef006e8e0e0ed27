package io.pulsewarden.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.logverifier.BadLogException;
import io.pulsewarden.logverifier.Checkpoint;
import io.pulsewarden.logverifier.Proofs;
import io.pulsewarden.logverifier.VerifierKey;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The auditor's view: entries found by search, each to be proven against the signed checkpoint. */
final class LogAuditor {

  private final People people;
  private final String audit;

  LogAuditor(Platform platform, People people) {
    this.people = people;
    this.audit = platform.address("PW_AUDIT_URL");
  }

  /** Reads and searches of this patient's data by that user, oldest first. */
  List<JsonNode> reads(String patient, String user) {
    List<JsonNode> reads = new ArrayList<>();
    for (JsonNode entry : entries(Map.of("patient", patient, "actor", user))) {
      if (entry.path("event").path("action").asText().startsWith("OBSERVATION")) {
        reads.add(entry);
      }
    }
    return reads;
  }

  /** Entries that match, over every page. */
  List<JsonNode> entries(Map<String, String> query) {
    List<JsonNode> all = new ArrayList<>();
    Map<String, String> parameters = new HashMap<>(query);
    String next;
    do {
      JsonNode page = get("/v1/entries", parameters);
      page.path("items").forEach(all::add);
      next = page.path("next").asText("");
      parameters.put("cursor", next);
    } while (!next.isEmpty() && !"null".equals(next));
    return all;
  }

  /** Proves by the independent verifier that this entry is in the tree of the signed checkpoint. */
  void prove(long index) {
    Checkpoint checkpoint = checkpoint();
    JsonNode entry = get("/v1/entries/" + index, Map.of());
    JsonNode proof =
        get(
            "/v1/proofs/inclusion",
            Map.of("index", Long.toString(index), "size", Long.toString(checkpoint.size())));
    List<byte[]> hashes = new ArrayList<>();
    proof.path("hashes").forEach(hash -> hashes.add(decoded(hash)));
    byte[] leaf = decoded(entry.path("leaf"));

    assertThat(Proofs.verifyInclusion(leaf, index, hashes, checkpoint)).isTrue();
    leaf[leaf.length - 1] ^= 1;
    assertThat(Proofs.verifyInclusion(leaf, index, hashes, checkpoint)).isFalse();
  }

  /** How many entries are published. */
  long size() {
    return checkpoint().size();
  }

  /** The log's verifier key, as an operator hands it out. */
  String key() {
    return open("/v1/log-key").strip();
  }

  /** The published checkpoint as it is served, with its cosignatures. */
  String note() {
    return open("/checkpoint");
  }

  private Checkpoint checkpoint() {
    try {
      return Checkpoint.open(
          note().getBytes(StandardCharsets.UTF_8), VerifierKey.parse(open("/v1/log-key")));
    } catch (BadLogException e) {
      throw new AssertionError("the checkpoint does not verify", e);
    }
  }

  /** What needs no token. */
  private String open(String path) {
    return new String(
        people.anonymous().get(audit + path).then().statusCode(200).extract().asByteArray(),
        StandardCharsets.UTF_8);
  }

  private static byte[] decoded(JsonNode base64) {
    return Base64.getDecoder().decode(base64.asText());
  }

  private JsonNode get(String path, Map<String, String> parameters) {
    Response answer = people.as("auditor").queryParams(parameters).get(audit + path);
    if (answer.statusCode() != 200) {
      throw new AssertionError(path + " " + answer.statusCode() + " " + answer.asString());
    }
    return Chart.parse(answer.asString());
  }
}
