package io.pulsewarden.keys.vault;

import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.vault.VaultAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code batch_input} of at most {@value #LIMIT} to encrypt or decrypt under one key. Results come
 * in order; each is a value or an error of its own.
 */
final class TransitBatch {

  static final int LIMIT = 1000;

  private static final int OK = 200;

  private TransitBatch() {}

  /**
   * What each item became, in order, empty where Vault refused it.
   *
   * @param field of a result that holds the value
   * @return empty as a whole when Vault refused the request before it looked at items
   */
  static Optional<List<Optional<String>>> send(
      TransitClient transit, String path, List<JsonObject> items, String field) {
    List<Optional<String>> results = new ArrayList<>();
    for (int from = 0; from < items.size(); from += LIMIT) {
      List<JsonObject> some = items.subList(from, Math.min(items.size(), from + LIMIT));
      Optional<List<Optional<String>>> answered = sendSome(transit, path, some, field);
      if (answered.isEmpty()) {
        return Optional.empty();
      }
      results.addAll(answered.get());
    }
    return Optional.of(results);
  }

  private static Optional<List<Optional<String>>> sendSome(
      TransitClient transit, String path, List<JsonObject> items, String field) {
    JsonArray input = new JsonArray();
    items.forEach(input::add);
    // Without the code, one bad item would turn the others' answers into a 400.
    VaultAnswer answer =
        transit.write(path, Map.of("batch_input", input, "partial_failure_response_code", OK));
    if (!answer.isSuccess() && !answer.isBadRequest()) {
      throw TransitClient.failure(answer);
    }
    JsonObject data = answer.data();
    JsonValue results = data == null ? null : data.get("batch_results");
    if (results == null || !results.isArray()) {
      if (answer.isBadRequest()) {
        return Optional.empty();
      }
      throw noTransit();
    }
    if (results.asArray().size() != items.size()) {
      throw noTransit();
    }
    List<Optional<String>> values = new ArrayList<>();
    for (JsonValue result : results.asArray()) {
      values.add(Optional.ofNullable(result.asObject().getString(field)));
    }
    return Optional.of(values);
  }

  private static KekUnavailableException noTransit() {
    return new KekUnavailableException(
        KekFailure.UNREACHABLE, "Vault's answer is not one of Transit", null);
  }
}
