package io.pulsewarden.registry.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransitionTest {

  @ParameterizedTest
  @EnumSource(Lifecycle.class)
  void shouldReachEveryStateButTheFirst(Lifecycle state) {
    boolean reached =
        Arrays.stream(Transition.values()).anyMatch(transition -> transition.endsAt(state));

    // Procured devices come by import.
    assertThat(reached).isEqualTo(state != Lifecycle.PROCURED);
  }

  @ParameterizedTest
  @EnumSource(Transition.class)
  void shouldLetNothingSpeakThatWasCutOff(Transition transition) {
    if (transition.cutsOff()) {
      assertThat(transition.to()).noneMatch(Lifecycle::mayConnect).noneMatch(Lifecycle::mayEnrol);
      assertThat(transition.reasons()).isNotEmpty();
    }
  }

  @Test
  void shouldBringBackByReleaseOnly() {
    assertThat(Transition.values())
        .filteredOn(
            transition ->
                transition.from().stream().anyMatch(state -> !state.mayConnect())
                    && transition.startsAt(Lifecycle.QUARANTINED)
                    && transition.to().stream().anyMatch(Lifecycle::mayConnect))
        .containsExactly(Transition.RELEASE);
  }

  @Test
  void shouldTakeTheRolesThatTheTableNames() {
    assertThat(Transition.QUARANTINE.mayBeTakenBy(List.of("privacy-officer"))).isTrue();
    assertThat(Transition.RELEASE.mayBeTakenBy(List.of("privacy-officer", "clinician"))).isFalse();
    assertThat(Transition.RELEASE.mayBeTakenBy(List.of("device-admin"))).isTrue();
  }

  @Test
  void shouldOfferByNameWhatNeedsNothingMore() {
    assertThat(Transition.ofWire("report-lost")).isEqualTo(Transition.REPORT_LOST);
    for (String other : List.of("enrol", "activate", "revoke", "decommission", "QUARANTINE", "")) {
      assertThat(Transition.ofWire(other)).as(other).isNull();
    }
  }

  @Test
  void shouldStandInTheDocumentationAsItIs() throws IOException {
    Path page = Path.of(System.getProperty("pulsewarden.root", "..")).resolve("docs/devices.md");

    assertThat(Files.readString(page)).contains(table());
  }

  private static String table() {
    return Arrays.stream(Transition.values())
        .map(TransitionTest::row)
        .collect(
            Collectors.joining(
                "\n",
                """
                | transition | from | to | by | certificates | reason |
                | --- | --- | --- | --- | --- | --- |
                """,
                "\n"));
  }

  private static String row(Transition transition) {
    return "| "
        + String.join(
            " | ",
            '`' + transition.wire() + '`',
            transition.from().stream().map(Lifecycle::wire).collect(Collectors.joining(", ")),
            transition.to().stream().map(Lifecycle::wire).collect(Collectors.joining(", ")),
            transition.actors().stream().map(Actor::wire).collect(Collectors.joining(", "))
                + (transition.needsSecondPerson() ? "; two people" : ""),
            transition.effect().wire(),
            transition.reasons().stream()
                .map(reason -> '`' + reason + '`')
                .collect(Collectors.joining(", ")))
        + " |";
  }
}
