package io.pulsewarden.audit.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.audit.problem.ProblemException;
import io.pulsewarden.audit.search.EntryRow;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryParserTest {

  @Test
  void shouldTakeWhatIsNotSaidAsAll() {
    EventQuery query = parse();

    assertThat(query.patient()).isEmpty();
    assertThat(query.actions()).isEmpty();
    assertThat(query.count()).isEqualTo(100);
    assertThat(query.isPossible()).isTrue();
  }

  @Test
  void shouldTranslateActionTypeAndSubtypeToTheLogsActions() {
    assertThat(actions(parse("action", "R")))
        .contains("OBSERVATION_READ", "AUDIT_SEARCHED")
        .doesNotContain("OBSERVATION_SEARCHED");
    assertThat(actions(parse("action", "R", "type", "rest")))
        .contains("OBSERVATION_READ")
        .doesNotContain("AUDIT_SEARCHED");
    assertThat(actions(parse("type", Codes.DICOM + "|110114")))
        .containsExactlyInAnyOrder("SESSION_OPENED", "SESSION_REFUSED", "SESSION_CLOSED");
    assertThat(actions(parse("subtype", "observation-read"))).containsExactly("OBSERVATION_READ");
    assertThat(actions(parse("subtype", "110132"))).contains("ERASURE_CONFIRMED");
    EventQuery contradicting = parse("action", "C", "type", "110101");
    assertThat(contradicting.isPossible()).isFalse();
  }

  @Test
  void shouldReadReferencesWithTypeAndWithout() {
    String id = "9a1d2e3f-4b5c-4d6e-8f70-8192a3b4c5d6";

    assertThat(parse("patient", "Patient/" + id)).isEqualTo(parse("patient", id));
    assertThat(parse("agent", "Device/" + id)).isEqualTo(parse("agent", id));
    assertThat(parse("agent:identifier", "https://x|" + id)).isEqualTo(parse("agent", id));
    assertThat(parse("entity", "Device/" + id).entity())
        .contains(new EntryRow.EntityKey("Device", id));
    assertThat(parse("entity", id).entity()).contains(new EntryRow.EntityKey("", id));
    assertThat(parse("outcome", "8").outcome()).contains(AuditOutcome.AUDIT_OUTCOME_DENIED);
  }

  @Test
  void shouldCutOneDateByTheOther() {
    DateParameter.Span span =
        QueryParser.parse(
                new SearchParameters(Map.of("date", List.of("ge2026-01-01", "lt2026-02-01"))))
            .date();

    assertThat(span.from()).isEqualTo(1_767_225_600_000L);
    assertThat(span.until()).isEqualTo(1_769_903_999_999L);
    assertThat(parse("date", "2026-01-31T10:00Z").date().until())
        .isEqualTo(parse("date", "2026-01-31T10:00Z").date().from() + 59_999);
    assertThat(parse("date", "sa2026").date().from())
        .isEqualTo(parse("date", "2026").date().until() + 1);
    assertThat(parse("date", "eb2026").date().until())
        .isEqualTo(parse("date", "2026").date().from() - 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "patient=somebody",
        "patient=Device/9a1d2e3f-4b5c-4d6e-8f70-8192a3b4c5d6",
        "agent=%20",
        "entity=",
        "date=yesterday",
        "date=ap2026",
        "date=2026-02-30",
        "action=X",
        "outcome=3",
        "type=",
        "type=|rest",
        "_count=0",
        "_count=many",
        "_format=xml",
        "_sort=date",
        "patient:missing=true",
        "altid=1"
      })
  void shouldRefuseWhatItCannotAnswer(String parameter) {
    String[] parts = parameter.split("=", 2);

    assertThatThrownBy(() -> parse(parts[0], parts[1])).isInstanceOf(ProblemException.class);
  }

  @Test
  void shouldGoOnWithTheSameSearchFromACursor() {
    SearchParameters parameters =
        new SearchParameters(
            Map.of("date", List.of("ge2026-01-01", "lt2026-02-01"), "_count", List.of("7")));
    String cursor = CursorFormat.write(new CursorFormat.Place(parameters, 4711));

    CursorFormat.Place read = CursorFormat.read(cursor);

    assertThat(read.before()).isEqualTo(4711);
    assertThat(QueryParser.parse(read.parameters())).isEqualTo(QueryParser.parse(parameters));
    for (String other : List.of("", "!!", cursor.substring(3), cursor + "AAAA", "AgAA")) {
      assertThatThrownBy(() -> CursorFormat.read(other))
          .as(other)
          .isInstanceOf(ProblemException.class);
    }
  }

  private static EventQuery parse(String... namesAndValues) {
    Map<String, List<String>> values = new TreeMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
    }
    return QueryParser.parse(new SearchParameters(values));
  }

  private static Set<String> actions(EventQuery query) {
    Set<Integer> numbers = query.actions().orElseThrow();
    return Arrays.stream(AuditAction.values())
        .filter(action -> action != AuditAction.UNRECOGNIZED)
        .filter(action -> numbers.contains(action.getNumber()))
        .map(action -> action.name().substring("AUDIT_ACTION_".length()))
        .collect(Collectors.toSet());
  }
}
