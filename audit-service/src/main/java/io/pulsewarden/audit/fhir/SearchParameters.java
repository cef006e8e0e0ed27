package io.pulsewarden.audit.fhir;

import io.pulsewarden.audit.problem.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parameters of a search, each of them known: an unknown one is refused, because leaving it out
 * would answer another question than the one asked.
 */
record SearchParameters(Map<String, List<String>> values) {

  private static final Set<String> KNOWN =
      Set.of(
          "patient",
          "agent",
          "agent:identifier",
          "entity",
          "date",
          "action",
          "outcome",
          "type",
          "subtype",
          "_count");
  private static final Set<String> JSON =
      Set.of("json", "application/json", "application/fhir+json", "application/fhir json");

  SearchParameters {
    values = Map.copyOf(values);
    for (String name : values.keySet()) {
      if (!KNOWN.contains(name) && !name.equals("_format")) {
        // The name itself may be anything: it is not repeated.
        throw ProblemException.unsupported("a search parameter or modifier is not supported");
      }
    }
    List<String> format = values.getOrDefault("_format", List.of());
    if (!JSON.containsAll(format)) {
      throw ProblemException.invalid("_format");
    }
  }

  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /** A parameter that may be there once. */
  Optional<String> one(String name) {
    List<String> found = all(name);
    if (found.size() > 1 || found.stream().anyMatch(String::isBlank)) {
      throw ProblemException.invalid(name);
    }
    return found.stream().findFirst();
  }
}
