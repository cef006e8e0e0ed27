package io.pulsewarden.keys.erasure;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.keys.problem.ProblemException;
import io.pulsewarden.keys.problem.StrictJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What a holder of keys says after a destruction.
 *
 * @param evicted subject keys of which it has nothing any more
 * @param purged patients of whom it keeps nothing in clear any more
 * @param leaving whether it has zeroed everything, and ends
 */
record Confirmation(UUID instance, Set<UUID> evicted, List<Purged> purged, boolean leaving) {

  private static final int LIMIT = 1000;

  /** What was deleted of the patient whose key this was. */
  record Purged(UUID subjectKeyId, long blindIndexes, long heldBlocks) {}

  /**
   * Reads the body, strictly.
   *
   * @throws ProblemException 400 if it is anything else
   */
  static Confirmation read(byte[] body) {
    try {
      JsonNode root = StrictJson.read(body);
      Set<UUID> evicted = new HashSet<>();
      for (JsonNode id : array(root.path("evicted"))) {
        evicted.add(id(id));
      }
      List<Purged> purged = new ArrayList<>();
      for (JsonNode one : array(root.path("purged"))) {
        purged.add(
            new Purged(
                id(one.path("subjectKeyId")),
                count(one.path("blindIndexes")),
                count(one.path("heldBlocks"))));
      }
      return new Confirmation(
          id(root.path("instance")), evicted, List.copyOf(purged), flag(root.path("leaving")));
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new ProblemException(400, "unreadable-request", "not a confirmation of evictions");
    }
  }

  private static UUID id(JsonNode node) {
    return StrictJson.id(node).orElseThrow(() -> new IllegalArgumentException("not an id"));
  }

  private static boolean flag(JsonNode node) {
    if (!node.isBoolean() && !node.isMissingNode()) {
      throw new IllegalArgumentException("neither true nor false");
    }
    return node.asBoolean();
  }

  private static JsonNode array(JsonNode node) {
    if (!node.isArray() || node.size() > LIMIT) {
      throw new IllegalArgumentException("not an array");
    }
    return node;
  }

  private static long count(JsonNode node) {
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.asLong() < 0) {
      throw new IllegalArgumentException("not a count");
    }
    return node.asLong();
  }
}
