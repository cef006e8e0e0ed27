package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every durable step fails, and fails though it was done, one after the other. Whatever was
 * published before stays true of the log that comes out.
 */
interface EveryStepFailsContract extends LogContract {

  @ParameterizedTest
  @EnumSource(Faulty.Fault.class)
  default void shouldContradictNothingWhateverStepFails(Faulty.Fault fault) throws Exception {
    List<ByteString> expected = runs().expected();
    List<Finding> findings = runs().expectedFindings();
    log().begin();
    int steps = runs().run("whole", Faulty.never()).steps();

    assertThat(steps).isGreaterThan(10);
    for (int at = 0; at < steps; at++) {
      runs().forgetPublished();
      log().begin();
      var _ = runs().run(fault + "-" + at, new Faulty(at, fault));

      assertThat(log().leaves()).as("%s at step %d", fault, at).isEqualTo(expected);
      runs().assertAllPublishedHold(fault + "-" + at);
      assertThat(runs().newest()).isEqualTo(expected.size());
      // Of each finding at least once.
      assertThat(runs().alerted()).as("%s at step %d", fault, at).containsAll(findings);
    }
  }

  @Test
  default void shouldNotForkWhenOneIsPausedBeforeItsCommit() throws Exception {
    // Given one that is paused at its third commit while another does all the work
    log().begin();
    runs().run("first", 2 * log().batch());
    FaultyState paused = runs().state(Faulty.never());
    paused.pauseBeforeCommit(() -> runs().run("first"));

    // When it goes on
    runs().sequencer("first", paused).run();

    // Then
    assertThat(log().leaves()).isEqualTo(runs().expected());
    runs().assertAllPublishedHold("first");
  }
}
