package io.pulsewarden.telemetry.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.devicefeed.Lifecycle;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.intake.OverLimitException;
import io.pulsewarden.telemetry.intake.OverLimitException.Limit;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** How much a session takes, and what it says where that is not all. */
class DeviceSessionLimitsTest {

  private final SessionBed bed = new SessionBed();

  @Test
  void shouldCloseOnOneMoreThanMayWait() {
    bed.publish(1);
    bed.publish(2);
    bed.publish(3);
    bed.publish(4);

    assertThat(bed.intake).hasSize(3);
    bed.intake.forEach(one -> one.complete(SessionBed.GOOD));
    assertThat(bed.said).hasSize(7).last().isEqualTo("DISCONNECT TOO_MANY_IN_FLIGHT");
  }

  @Test
  void shouldCloseRatherThanHoldMoreThanTheBudget() {
    bed.session.onPublish(SessionBed.publication(1, 1, false, 6_000));
    bed.session.onPublish(SessionBed.publication(2, 1, false, 6_000));

    bed.intake.get(0).complete(SessionBed.GOOD);
    assertThat(bed.said)
        .containsExactly("PUBACK 1 TAKEN ", "receipt 1", "DISCONNECT NO_MEMORY_LEFT");
    assertThat(bed.budget.used()).isZero();
  }

  @Test
  void shouldChargeTheBudgetForAllThatAMessageBringsWithIt() {
    // One byte of payload under a topic and properties of 9,000.
    bed.session.onPublish(SessionBed.publication(1, 1, 9_000, 1));
    bed.session.onPublish(SessionBed.publication(2, 1, 9_000, 1));

    bed.intake.get(0).complete(SessionBed.GOOD);
    assertThat(bed.said).last().isEqualTo("DISCONNECT NO_MEMORY_LEFT");
    assertThat(bed.budget.used()).isZero();
  }

  @Test
  void shouldDropQos0BeyondItsLimitAndNeverCountItAsInFlight() {
    for (int i = 0; i < 5; i++) {
      bed.session.onPublish(SessionBed.publication(0, 0, false, 1));
    }
    bed.publish(1);
    bed.publish(2);
    bed.publish(3);

    assertThat(bed.said).isEmpty();
    assertThat(bed.dropped).isEqualTo(3);
    bed.intake.forEach(one -> one.complete(SessionBed.GOOD));
    assertThat(bed.said).contains("PUBACK 1 TAKEN ", "PUBACK 2 TAKEN ", "PUBACK 3 TAKEN ");
    bed.session.onPublish(SessionBed.publication(0, 0, false, 1));
    assertThat(bed.dropped).isEqualTo(3);
  }

  @Test
  void shouldAnswerAllBeforeAMessageThatIsTooMuchAndTakeNothingAfterIt() {
    bed.publish(1);
    bed.publish(2);
    bed.publish(3);

    bed.intake.get(1).completeExceptionally(new OverLimitException(Limit.QUARANTINE_RATE));
    bed.publish(4);
    assertThat(bed.session.mayAsk(1)).isFalse();
    // As what waits for the hand-over of the one before.
    bed.intake.get(2).completeExceptionally(new OverLimitException(Limit.QUARANTINE_RATE));
    assertThat(bed.said).isEmpty();
    assertThat(bed.intake).hasSize(3);

    bed.intake.get(0).complete(SessionBed.GOOD);
    assertThat(bed.said)
        .containsExactly("PUBACK 1 TAKEN ", "receipt 1", "DISCONNECT QUARANTINE_RATE_TOO_HIGH");
    assertThat(bed.closed).containsExactly(CloseReason.QUARANTINE_RATE_TOO_HIGH);
    assertThat(bed.session.waitingBytes()).isZero();
  }

  @Test
  void shouldNotWaitForADeviceThatSendsOnAndOnWhereNothingIsTakenAnyMore() {
    bed.publish(1);
    bed.session.onPublish(SessionBed.publication(2, 1, true, 1));
    for (int i = 0; i < 1_000; i++) {
      bed.publish(3);
    }
    assertThat(bed.said).isEmpty();

    bed.publish(3);

    assertThat(bed.said).containsExactly("DISCONNECT RETAIN_NOT_SUPPORTED");
    assertThat(bed.intake).hasSize(1);
  }

  @Test
  void shouldAnswerNothingMoreOfADeviceThatWasCutOffWhileItsLastMessagesWaited() {
    bed.publish(1);
    bed.publish(2);
    bed.intake.get(1).completeExceptionally(new OverLimitException(Limit.QUARANTINE_HELD));
    TestDevices.put(
        bed.directory, TestDevices.inState(SessionBed.ID, SessionBed.ORGANISATION, Lifecycle.LOST));

    bed.intake.get(0).complete(SessionBed.GOOD);

    assertThat(bed.said).containsExactly("DISCONNECT REVOKED");
  }

  @Test
  void shouldSayWhichLimitAMessageIsBeyondAndAcknowledgeNothing() {
    for (Limit limit : Limit.values()) {
      DeviceSession limited = bed.session();
      limited.onPublish(SessionBed.publication(1, 1, false, 1));
      bed.intake
          .removeLast()
          .completeExceptionally(new CompletionException(new OverLimitException(limit)));
    }

    assertThat(bed.said)
        .containsExactly(
            "DISCONNECT QUARANTINE_RATE_TOO_HIGH",
            "DISCONNECT QUARANTINE_FULL",
            "DISCONNECT NO_MEMORY_LEFT");
    assertThat(bed.budget.used()).isZero();
  }

  @Test
  void shouldAllowOnlySoMuchIntoQuarantineWhateverIsInFlight() {
    bed.publish(1);
    bed.publish(2);

    // By default a thousand at once: all of it is asked for before any of it is kept.
    assertThat(bed.allowances.get(0).take(600)).isTrue();
    assertThat(bed.allowances.get(1).take(600)).isFalse();
  }

  @Test
  void shouldCloseOnMoreSubscriptionsThanItTakes() {
    assertThat(bed.session.mayAsk(100)).isTrue();
    assertThat(bed.session.mayAsk(50)).isFalse();

    assertThat(bed.said).containsExactly("DISCONNECT MESSAGE_RATE_TOO_HIGH");
  }
}
