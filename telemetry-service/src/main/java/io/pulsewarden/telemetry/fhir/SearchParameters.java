package io.pulsewarden.telemetry.fhir;

import io.pulsewarden.telemetry.failure.FailureCode;
import io.pulsewarden.telemetry.failure.RequestFailedException;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parameters of a search, each of them known: an unknown one is refused, because leaving it out
 * would answer another question than the one asked.
 */
public final class SearchParameters {

  private static final Set<String> JSON =
      Set.of("json", "application/json", "application/fhir+json", "application/fhir json");

  private final Map<String, List<String>> values;

  private SearchParameters(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * The parameters of this request.
   *
   * @throws RequestFailedException naming the first parameter that is not one of {@code known}
   */
  public static SearchParameters of(UriInfo uri, Set<String> known) {
    Map<String, List<String>> values = Map.copyOf(uri.getQueryParameters());
    for (String name : values.keySet()) {
      if (!known.contains(name) && !"_format".equals(name)) {
        throw new RequestFailedException(
            FailureCode.INVALID_REQUEST,
            "a search parameter or modifier is not supported; supported are " + sorted(known));
      }
    }
    SearchParameters parameters = new SearchParameters(values);
    if (parameters.one("_format").filter(format -> !JSON.contains(format)).isPresent()) {
      throw new RequestFailedException(FailureCode.NOT_ACCEPTABLE, "_format can only be json");
    }
    return parameters;
  }

  /** Whether there is no other parameter than these. */
  public boolean hasOnly(Set<String> names) {
    return names.containsAll(values.keySet());
  }

  /** All values of a repeatable parameter. */
  public List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /**
   * The value of a parameter that may be there once.
   *
   * @throws RequestFailedException if it is repeated or empty
   */
  public Optional<String> one(String name) {
    List<String> found = all(name);
    if (found.size() > 1 || found.stream().anyMatch(String::isBlank)) {
      throw new RequestFailedException(FailureCode.INVALID_REQUEST, name + " must have one value");
    }
    return found.stream().findFirst();
  }

  private static String sorted(Set<String> known) {
    return String.join(", ", known.stream().sorted().toList());
  }
}
