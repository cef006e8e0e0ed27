package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.failure.FailureCode;
import io.pulsewarden.telemetry.failure.RequestFailedException;
import io.pulsewarden.telemetry.fhir.SearchParameters;
import io.pulsewarden.telemetry.store.VitalBlockStore.Direction;
import io.pulsewarden.telemetry.vitals.VitalSign;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** From search parameters to a query. Messages name parameters, never values. */
final class QueryParser {

  static final Set<String> PARAMETERS =
      Set.of("patient", "code", "date", "_lastUpdated", "_count", "_sort", "_cursor");

  private static final Set<String> SYSTEMS = Set.of(VitalSign.LOINC, VitalSign.MDC);
  private static final int MAX_CODES = 100;
  private static final int MAX_CODE_LENGTH = 32;

  private QueryParser() {}

  /**
   * @throws RequestFailedException with INVALID_REQUEST
   */
  static ObservationSearch parse(SearchParameters parameters) {
    String sort = parameters.one("_sort").orElse("-date");
    if ("_lastUpdated".equals(sort)) {
      return new ChangeQuery(
          patient(parameters),
          codes(parameters),
          span(parameters, "date"),
          span(parameters, "_lastUpdated"),
          count(parameters),
          null);
    }
    if (!parameters.all("_lastUpdated").isEmpty()) {
      throw invalid("_lastUpdated goes with _sort=_lastUpdated alone");
    }
    return new ObservationQuery(
        patient(parameters),
        codes(parameters),
        span(parameters, "date"),
        count(parameters),
        direction(sort),
        null);
  }

  private static UUID patient(SearchParameters parameters) {
    String reference =
        parameters
            .one("patient")
            .orElseThrow(() -> invalid("patient is required: search for one patient at a time"));
    return patientId(reference)
        .orElseThrow(() -> invalid("patient must be an id or Patient/id of this server"));
  }

  private static Optional<UUID> patientId(String reference) {
    String id =
        reference.startsWith("Patient/") ? reference.substring("Patient/".length()) : reference;
    try {
      UUID parsed = UUID.fromString(id);
      return parsed.toString().equals(id) ? Optional.of(parsed) : Optional.empty();
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  private static List<String> codes(SearchParameters parameters) {
    Optional<String> list = parameters.one("code");
    if (list.isEmpty()) {
      return List.of();
    }
    List<String> codes = new ArrayList<>();
    for (String token : list.get().split(",", -1)) {
      codes.add(code(token));
    }
    if (codes.size() > MAX_CODES) {
      throw invalid("code has too many values");
    }
    return codes;
  }

  private static String code(String token) {
    int bar = token.indexOf('|');
    String code = token.substring(bar + 1);
    if (bar >= 0 && !SYSTEMS.contains(token.substring(0, bar))) {
      throw invalid("code can only be of http://loinc.org or urn:iso:std:iso:11073:10101");
    }
    if (code.isEmpty() || code.length() > MAX_CODE_LENGTH) {
      throw invalid("code must be a list of codes");
    }
    return code;
  }

  private static TimeSpan span(SearchParameters parameters, String name) {
    TimeSpan span = TimeSpan.ALWAYS;
    for (String date : parameters.all(name)) {
      span =
          span.and(
              DateParameter.parse(date)
                  .orElseThrow(
                      () ->
                          invalid(name + " must be a FHIR date with prefix eq, ge, gt, le or lt")));
    }
    return span;
  }

  private static int count(SearchParameters parameters) {
    Optional<String> count = parameters.one("_count");
    if (count.isEmpty()) {
      return ObservationQuery.DEFAULT_COUNT;
    }
    if (!count.get().matches("[1-9]\\d{0,8}")) {
      throw invalid("_count must be a number above 0");
    }
    return Math.min(Integer.parseInt(count.get()), ObservationQuery.MAX_COUNT);
  }

  private static Direction direction(String sort) {
    return switch (sort) {
      case "-date" -> Direction.NEWEST_FIRST;
      case "date" -> Direction.OLDEST_FIRST;
      default -> throw invalid("_sort can only be date, -date or _lastUpdated");
    };
  }

  private static RequestFailedException invalid(String sentence) {
    return new RequestFailedException(FailureCode.INVALID_REQUEST, sentence);
  }
}
