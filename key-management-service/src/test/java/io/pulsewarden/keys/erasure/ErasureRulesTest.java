package io.pulsewarden.keys.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ErasureRulesTest {

  private static final Patient PATIENT = new Patient(UUID.randomUUID(), UUID.randomUUID());
  private static final Code REASON = new Code("patient-request");
  private static final Code BASIS = new Code("gdpr-17-1-b");
  private static final Act FIRST = new Act("first", Instant.parse("2026-11-23T12:00:00Z"));
  private static final Act SECOND = new Act("second", Instant.parse("2026-11-23T13:00:00Z"));

  private final ErasureRules rules = new ErasureRules(Duration.ofDays(3));
  private final Erasure asked = Erasure.requested(UUID.randomUUID(), PATIENT, REASON, BASIS, FIRST);

  @Test
  void shouldNeedTwoPeople() {
    assertThat(rules.confirm(at(asked), FIRST)).isEqualTo(new Decision.Refuse(Refusal.SAME_PERSON));
    assertThat(rules.confirm(at(asked), SECOND))
        .isEqualTo(
            new Decision.Become(asked.confirmed(SECOND, Instant.parse("2026-11-26T13:00:00Z"))));
  }

  @Test
  void shouldCountTheDelayByTheDatabaseWhereAProcessIsBehind() {
    Instant now = SECOND.at().plus(Duration.ofDays(3));
    assertThat(rules.confirm(new Situation(Optional.of(asked), true, false, now), SECOND))
        .isEqualTo(new Decision.Become(asked.confirmed(SECOND, now.plus(Duration.ofDays(3)))));
  }

  @Test
  void shouldRefuseUnderALegalHoldHoweverFarItIs() {
    Situation held = new Situation(Optional.of(asked), true, true, FIRST.at());
    assertThat(
            rules.request(
                new Situation(Optional.empty(), true, true, FIRST.at()),
                PATIENT,
                REASON,
                BASIS,
                FIRST))
        .isEqualTo(new Decision.Refuse(Refusal.LEGAL_HOLD));
    assertThat(rules.confirm(held, SECOND)).isEqualTo(new Decision.Refuse(Refusal.LEGAL_HOLD));
    assertThat(rules.callOff(held, SECOND)).isEqualTo(new Decision.Become(asked.calledOff(SECOND)));
  }

  @Test
  void shouldAskOnceUnlessCalledOff() {
    assertThat(rules.request(at(asked), PATIENT, REASON, BASIS, SECOND))
        .isEqualTo(new Decision.Refuse(Refusal.ALREADY_REQUESTED));
    assertThat(rules.request(at(asked.calledOff(SECOND)), PATIENT, REASON, BASIS, SECOND))
        .isInstanceOf(Decision.Become.class);
    assertThat(
            rules.request(
                new Situation(Optional.empty(), false, false, FIRST.at()),
                PATIENT,
                REASON,
                BASIS,
                FIRST))
        .isEqualTo(new Decision.Refuse(Refusal.UNKNOWN_PATIENT));
  }

  @Test
  void shouldConfirmOnlyWhatIsAskedForAndCallOffOnlyWhatIsNotDone() {
    Erasure confirmed = asked.confirmed(SECOND, SECOND.at());
    Erasure done =
        new Erasure(
            asked.id(),
            PATIENT,
            ErasureState.DESTROYED,
            REASON,
            BASIS,
            FIRST,
            SECOND,
            SECOND.at(),
            null,
            SECOND.at(),
            null);
    assertThat(rules.confirm(at(confirmed), SECOND))
        .isEqualTo(new Decision.Refuse(Refusal.NOT_REQUESTED));
    assertThat(rules.callOff(at(confirmed), FIRST))
        .isEqualTo(new Decision.Become(confirmed.calledOff(FIRST)));
    assertThat(rules.callOff(at(done), FIRST)).isEqualTo(new Decision.Refuse(Refusal.NOT_PENDING));
    assertThat(rules.request(at(done), PATIENT, REASON, BASIS, FIRST))
        .isEqualTo(new Decision.Refuse(Refusal.ALREADY_REQUESTED));
  }

  @Test
  void shouldTakeNoNegativeDelay() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ErasureRules(Duration.ofSeconds(-1)));
  }

  private static Situation at(Erasure erasure) {
    return new Situation(Optional.of(erasure), true, false, FIRST.at());
  }
}
