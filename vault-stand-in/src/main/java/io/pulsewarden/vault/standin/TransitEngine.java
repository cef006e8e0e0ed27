package io.pulsewarden.vault.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One mount of Transit, with its own cryptography, and its refusal to rewrap what is bound. */
final class TransitEngine implements Engine {

  private static final Pattern KEY = Pattern.compile("keys/([\\w.-]+)(?:/(rotate|config|trim))?");
  private static final Pattern WORK = Pattern.compile("(encrypt|decrypt|rewrap)/([\\w.-]+)");

  private final Map<String, StandInKey> keys = new HashMap<>();
  private final Consumer<String> count;

  /**
   * A mount without keys.
   *
   * @param count is told of each request's kind
   */
  TransitEngine(Consumer<String> count) {
    this.count = count;
  }

  @Nullable StandInKey key(String name) {
    return keys.get(name);
  }

  @Override
  public Answer answer(String method, String path, JsonNode body) {
    Matcher key = KEY.matcher(path);
    if (key.matches()) {
      String action = key.group(2);
      count.accept(action == null ? "keys" : action);
      return keys(method, key.group(1), action, body);
    }
    Matcher work = WORK.matcher(path);
    if (work.matches()) {
      count.accept(work.group(1));
      return batch(work.group(1), work.group(2), body);
    }
    return Answer.error(404, "unsupported path");
  }

  /** A snapshot without that key was put in place. */
  void lose(String name) {
    keys.remove(name);
  }

  private Answer keys(String method, String name, @Nullable String action, JsonNode body) {
    StandInKey key = keys.get(name);
    if (action == null) {
      if (method.equals("GET")) {
        return key == null ? Answer.absent() : described(key);
      }
      return described(keys.computeIfAbsent(name, _ -> new StandInKey()));
    }
    if (key == null) {
      return Answer.error(400, "no existing key named " + name + " could be found");
    }
    switch (action) {
      case "rotate" -> key.rotate();
      case "config" -> {
        int decryption = body.path("min_decryption_version").asInt(key.minDecryption());
        int encryption = body.path("min_encryption_version").asInt(key.minEncryption());
        if (decryption > key.latest() || encryption > key.latest()) {
          return Answer.error(400, "cannot set min version greater than the latest version");
        }
        if (decryption < key.minAvailable()) {
          return Answer.error(
              400, "cannot set min decryption version below the minimum available version");
        }
        key.configure(decryption, encryption);
      }
      default -> {
        int minimum = body.path("min_available_version").asInt();
        if (minimum < key.minAvailable()) {
          return Answer.error(400, "minimum available version cannot be decremented");
        }
        if (key.minEncryption() == 0
            || minimum > key.minEncryption()
            || minimum > key.minDecryption()) {
          return Answer.error(400, "minimum available version cannot be greater than the others");
        }
        key.trim(minimum);
      }
    }
    return described(key);
  }

  private static Answer described(StandInKey key) {
    return Answer.data(
        Answer.JSON
            .createObjectNode()
            .put("type", "aes256-gcm96")
            .put("latest_version", key.latest())
            .put("min_decryption_version", key.minDecryption())
            .put("min_encryption_version", key.minEncryption())
            .put("min_available_version", key.minAvailable()));
  }

  private Answer batch(String kind, String name, JsonNode body) {
    StandInKey key = keys.get(name);
    if (key == null) {
      return kind.equals("encrypt")
          ? Answer.error(403, "permission denied: making keys by encrypting is not allowed")
          : Answer.error(400, "encryption key not found");
    }
    JsonNode items = body.path("batch_input");
    if (!items.isArray() || items.isEmpty()) {
      return Answer.error(400, "missing batch input to process");
    }
    ObjectNode answer = Answer.JSON.createObjectNode();
    ArrayNode results = answer.putObject("data").putArray("batch_results");
    int failed = 0;
    for (JsonNode item : items) {
      ObjectNode result = results.addObject();
      try {
        work(kind, key, item, result);
      } catch (StandInKey.Refused | IllegalArgumentException refused) {
        result.put("error", String.valueOf(refused.getMessage()));
        failed++;
      } catch (GeneralSecurityException broken) {
        return Answer.error(500, "internal error");
      }
    }
    boolean partial = failed < items.size() && body.has("partial_failure_response_code");
    int status = partial ? body.path("partial_failure_response_code").asInt() : 400;
    return new Answer(failed == 0 ? 200 : status, answer);
  }

  private static void work(String kind, StandInKey key, JsonNode item, ObjectNode result)
      throws StandInKey.Refused, GeneralSecurityException {
    byte[] associated = decoded(item, "associated_data");
    switch (kind) {
      case "encrypt" ->
          result
              .put("ciphertext", key.encrypt(decoded(item, "plaintext"), associated))
              .put("key_version", key.latest());
      case "decrypt" ->
          result.put(
              "plaintext",
              Base64.getEncoder()
                  .encodeToString(key.decrypt(item.path("ciphertext").asText(), associated)));
      // Transit's rewrap knows no associated data: what is bound to some does not open.
      default ->
          result.put(
              "ciphertext",
              key.encrypt(key.decrypt(item.path("ciphertext").asText(), new byte[0]), new byte[0]));
    }
  }

  private static byte[] decoded(JsonNode item, String field) {
    return Base64.getDecoder().decode(item.path(field).asText());
  }
}
