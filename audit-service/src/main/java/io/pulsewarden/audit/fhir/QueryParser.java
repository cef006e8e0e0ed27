package io.pulsewarden.audit.fhir;

import io.pulsewarden.audit.problem.ProblemException;
import io.pulsewarden.audit.search.EntryRow;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.Coding;

/** From search parameters to a query. Errors name parameters, never values. */
final class QueryParser {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9:/._-]{1,200}");
  private static final Pattern TYPED = Pattern.compile("([A-Z][A-Za-z]{0,63})/(.+)");

  private QueryParser() {}

  static EventQuery parse(SearchParameters parameters) {
    return new EventQuery(
        parameters.one("patient").map(QueryParser::patient),
        agent(parameters),
        parameters.one("entity").map(QueryParser::entity),
        date(parameters),
        actions(parameters),
        parameters.one("outcome").map(QueryParser::outcome),
        count(parameters));
  }

  private static UUID patient(String reference) {
    String id =
        reference.startsWith("Patient/") ? reference.substring("Patient/".length()) : reference;
    try {
      UUID parsed = UUID.fromString(id);
      if (parsed.toString().equals(id)) {
        return parsed;
      }
    } catch (IllegalArgumentException notOurs) {
      // Told below.
    }
    throw ProblemException.invalid("patient");
  }

  /** A device by reference, and whoever else by the value of the identifier that it has. */
  private static Optional<String> agent(SearchParameters parameters) {
    Optional<String> reference =
        parameters
            .one("agent")
            .map(text -> text.startsWith("Device/") ? text.substring("Device/".length()) : text);
    Optional<String> identifier =
        parameters
            .one("agent:identifier")
            .map(token -> token.substring(token.lastIndexOf('|') + 1));
    if (reference.isPresent() && identifier.isPresent()) {
      throw ProblemException.invalid("agent");
    }
    return reference.or(() -> identifier).map(id -> id(id, "agent"));
  }

  private static EntryRow.EntityKey entity(String reference) {
    var typed = TYPED.matcher(reference);
    return typed.matches()
        ? new EntryRow.EntityKey(typed.group(1), id(typed.group(2), "entity"))
        : new EntryRow.EntityKey("", id(reference, "entity"));
  }

  private static DateParameter.Span date(SearchParameters parameters) {
    DateParameter.Span span = DateParameter.Span.ALWAYS;
    for (String date : parameters.all("date")) {
      span =
          span.and(DateParameter.parse(date).orElseThrow(() -> ProblemException.invalid("date")));
    }
    return span;
  }

  /** Action, type and subtype all follow from the log's action. */
  private static Optional<Set<Integer>> actions(SearchParameters parameters) {
    Set<AuditAction> all = new HashSet<>(Arrays.asList(AuditAction.values()));
    all.remove(AuditAction.UNRECOGNIZED);
    Set<AuditAction> left = new HashSet<>(all);
    parameters.one("action").map(QueryParser::byAction).ifPresent(wanted -> retain(left, wanted));
    parameters
        .one("type")
        .map(token -> token(token, "type", (is, action) -> is.test(pattern(action).type())))
        .ifPresent(wanted -> retain(left, wanted));
    parameters
        .one("subtype")
        .map(token -> token(token, "subtype", QueryParser::hasSubtype))
        .ifPresent(wanted -> retain(left, wanted));
    return left.equals(all)
        ? Optional.empty()
        : Optional.of(left.stream().map(AuditAction::getNumber).collect(Collectors.toSet()));
  }

  private static void retain(Set<AuditAction> left, Predicate<AuditAction> wanted) {
    left.removeIf(action -> !wanted.test(action));
  }

  private static Predicate<AuditAction> byAction(String token) {
    String code = token.substring(token.lastIndexOf('|') + 1).toUpperCase(Locale.ROOT);
    if (!Set.of("C", "R", "U", "D", "E").contains(code)) {
      throw ProblemException.invalid("action");
    }
    return action -> pattern(action).action().toCode().equals(code);
  }

  private static boolean hasSubtype(Predicate<Coding> is, AuditAction action) {
    return is.test(OwnCode.of(action, action.getNumber()))
        || pattern(action).subtype().filter(is).isPresent();
  }

  /** A token (FHIR R4, 3.1.1.4.10): a code, or a code of a system. */
  private static Predicate<AuditAction> token(
      String token, String name, BiPredicate<Predicate<Coding>, AuditAction> matches) {
    int bar = token.indexOf('|');
    String code = token.substring(bar + 1);
    Optional<String> system = bar < 0 ? Optional.empty() : Optional.of(token.substring(0, bar));
    if (code.isEmpty() || system.filter(String::isEmpty).isPresent()) {
      throw ProblemException.invalid(name);
    }
    Predicate<Coding> is =
        coding ->
            coding.getCode().equals(code)
                && system.map(wanted -> wanted.equals(coding.getSystem())).orElse(true);
    return action -> matches.test(is, action);
  }

  private static AuditOutcome outcome(String token) {
    String code = token.substring(token.lastIndexOf('|') + 1);
    return Arrays.stream(AuditOutcome.values())
        .filter(
            outcome ->
                AuditEventEncoder.outcome(outcome)
                    .map(AuditEventOutcome::toCode)
                    .filter(code::equals)
                    .isPresent())
        .findFirst()
        .orElseThrow(() -> ProblemException.invalid("outcome"));
  }

  private static int count(SearchParameters parameters) {
    Optional<String> count = parameters.one("_count");
    if (count.isEmpty()) {
      return EventQuery.DEFAULT_COUNT;
    }
    if (!count.get().matches("[1-9]\\d{0,8}")) {
      throw ProblemException.invalid("_count");
    }
    return Math.min(Integer.parseInt(count.get()), EventQuery.MAX_COUNT);
  }

  private static ActionPattern pattern(AuditAction action) {
    return ActionPattern.of(action);
  }

  private static String id(String text, String name) {
    if (!ID.matcher(text).matches()) {
      throw ProblemException.invalid(name);
    }
    return text;
  }
}
