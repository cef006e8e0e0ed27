package io.pulsewarden.telemetry.gap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberingTest {

  private static final UUID ORGANISATION = new UUID(0, 1);
  private static final UUID DEVICE = new UUID(0, 2);
  private static final UUID PATIENT = new UUID(0, 3);
  private static final long BEGIN = 1_800_000_000_000L;

  private final Numbering numbering = new Numbering(null, List.of(), true);
  private long received = BEGIN;

  @Test
  void shouldMissNothingOfANumberingThatCountsOn() {
    for (int i = 57; i < 60; i++) {
      come(i);
    }

    assertThat(numbering.gaps()).isEmpty();
    assertThat(numbering.numbers().newest()).isEqualTo(59);
    assertThat(numbering.numbers().received()).isEqualTo(3);
    assertThat(numbering.gapsChanged()).isFalse();
  }

  @Test
  void shouldMissWhatWasSkippedBetweenTheReadingsBesideIt() {
    come(1);
    come(5);

    assertThat(numbering.gaps())
        .extracting(Gap::first, Gap::last, Gap::fromMillis, Gap::untilMillis, Gap::patientBefore)
        .containsExactly(tuple(2L, 4L, time(1), time(5), PATIENT));
  }

  @Test
  void shouldHealAGapFromWhereverItsMessagesCome() {
    come(1);
    come(9);
    come(5);
    assertThat(numbering.gaps())
        .extracting(Gap::first, Gap::last, Gap::fromMillis, Gap::untilMillis)
        .containsExactly(tuple(2L, 4L, time(1), time(5)), tuple(6L, 8L, time(5), time(9)));

    come(2);
    come(8);
    come(4);
    come(3);
    come(7);
    assertThat(numbering.gaps()).extracting(Gap::first, Gap::last).containsExactly(tuple(6L, 6L));
    come(6);

    assertThat(numbering.gaps()).isEmpty();
    assertThat(numbering.numbers().received()).isEqualTo(9);
    assertThat(numbering.numbers().late()).isEqualTo(7);
  }

  @Test
  void shouldTakeARedeliveryForWhatItIs() {
    come(1);
    come(2);
    come(2);
    come(1);
    come(3);

    assertThat(numbering.gaps()).isEmpty();
    assertThat(numbering.numbers().run()).isZero();
    assertThat(numbering.numbers().received()).isEqualTo(3);
  }

  @Test
  void shouldSeeThatANumberingBeganAnew() {
    come(1);
    come(2);
    restarted(0, 100);
    restarted(1, 101);

    assertThat(numbering.numbers().run()).isEqualTo(1);
    assertThat(numbering.gaps())
        .singleElement()
        .satisfies(
            gap -> {
              assertThat(gap.isRestart()).isTrue();
              assertThat(gap.first()).isEqualTo(3);
              assertThat(gap.fromMillis()).isEqualTo(time(2));
              assertThat(gap.untilMillis()).isEqualTo(time(100));
            });
  }

  @Test
  void shouldHealAnEarlierRunWhenItsMessagesComeAfterTheNewBeginning() {
    come(1);
    come(4);
    restarted(0, 100);
    come(2);
    come(3);
    come(5);

    assertThat(numbering.gaps())
        .extracting(Gap::run, Gap::first, Gap::last)
        .containsExactly(tuple(0, 6L, Gap.UNKNOWN));
    assertThat(numbering.numbers().newest()).isZero();
    assertThat(numbering.numbers().late()).isEqualTo(3);
  }

  @Test
  void shouldTakeABacklogUnderANewNumberingForThatOfTheNewNumbering() {
    come(1);
    come(2);
    restarted(0, 100);
    restarted(1, 50);
    restarted(2, 51);

    assertThat(numbering.numbers().newest()).isEqualTo(2);
    assertThat(numbering.gaps()).singleElement().matches(Gap::isRestart);
  }

  @Test
  void shouldCountAMessageOnceThatHasRecordsOfSeveralPatients() {
    long at = received;
    numbering.add(message(1, at, time(1), PATIENT));
    numbering.add(message(1, at, time(7), new UUID(0, 4)));
    numbering.add(message(2, at + 1, time(2), PATIENT));
    // Of message 1, from a partition that is read later; newer than all, and still no new
    // beginning.
    numbering.add(message(1, at, time(8), new UUID(0, 5)));

    assertThat(numbering.numbers().received()).isEqualTo(2);
    assertThat(numbering.numbers().run()).isZero();
    assertThat(numbering.gaps()).isEmpty();
  }

  @Test
  void shouldNotTakeARedeliveryOfAClocklessDeviceForANewBeginning() {
    Numbering clockless = new Numbering(null, List.of(), false);
    for (int i = 0; i < 40; i++) {
      clockless.add(message(i, BEGIN + i, BEGIN + i, PATIENT));
    }
    clockless.add(message(39, BEGIN + 90, BEGIN + 90, PATIENT));
    clockless.add(message(30, BEGIN + 91, BEGIN + 91, PATIENT));
    assertThat(clockless.numbers().run()).isZero();

    clockless.add(message(0, BEGIN + 92, BEGIN + 92, PATIENT));

    assertThat(clockless.numbers().run()).isEqualTo(1);
  }

  @Test
  void shouldCountARefusedMessageAsOneThatHasCome() {
    come(1);
    numbering.add(new NumberedMessage(ORGANISATION, DEVICE, 2, ++received, null, null));
    come(3);
    // It does not say when it was measured, so that it can't show a new beginning.
    numbering.add(new NumberedMessage(ORGANISATION, DEVICE, 0, ++received, null, null));

    assertThat(numbering.gaps()).isEmpty();
    assertThat(numbering.numbers().received()).isEqualTo(3);
    assertThat(numbering.numbers().run()).isZero();
  }

  @Test
  void shouldKeepNoMoreGapsThanItMay() {
    for (int i = 0; i <= Numbering.MAX_GAPS + 1; i++) {
      come(2L * i);
    }

    assertThat(numbering.gaps()).hasSize(Numbering.MAX_GAPS);
    assertThat(numbering.gaps().getFirst().first()).isEqualTo(3);
    assertThat(numbering.numbers().gapsNotKept()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldMissNothingInTheEndInWhateverOrderAndHoweverOftenItComes(long seed) {
    Random random = new Random(seed);
    List<Long> order = new ArrayList<>(List.of(0L));
    List<Long> rest = new ArrayList<>();
    for (long i = 1; i < 200; i++) {
      rest.add(i);
    }
    Collections.shuffle(rest, random);
    for (long next : rest) {
      order.add(next);
      order.add(order.get(random.nextInt(order.size())));
    }
    long missing = 199;
    for (int i = 0; i < order.size(); i++) {
      come(order.get(i));
      if (i % 2 == 1) {
        missing--;
        long newest = numbering.numbers().newest();
        assertThat(numbering.gaps().stream().mapToLong(gap -> gap.last() - gap.first() + 1).sum())
            .isEqualTo(missing - (199 - newest));
      }
    }

    assertThat(numbering.gaps()).isEmpty();
    assertThat(numbering.numbers().received()).isEqualTo(200);
    assertThat(numbering.numbers().run()).isZero();
  }

  @Test
  void shouldKnowWhereNoGapIsNeeded() {
    come(1);
    NumberedMessage next = message(2, received + 1, time(2), PATIENT);

    assertThat(Numbering.countsOn(numbering.numbers(), List.of(next, next))).isTrue();
    assertThat(Numbering.countsOn(null, List.of(next))).isTrue();
    assertThat(
            Numbering.countsOn(
                numbering.numbers(), List.of(message(3, received + 1, time(2), PATIENT))))
        .isFalse();
    assertThat(
            Numbering.countsOn(
                numbering.numbers(), List.of(message(1, received + 1, time(1), PATIENT))))
        .isFalse();
  }

  private void come(long sequence) {
    numbering.add(message(sequence, ++received, time(sequence), PATIENT));
  }

  private void restarted(long sequence, long second) {
    numbering.add(message(sequence, ++received, time(second), PATIENT));
  }

  private static long time(long sequence) {
    return BEGIN + sequence * 1_000;
  }

  private static NumberedMessage message(long sequence, long received, long time, UUID patient) {
    return new NumberedMessage(
        ORGANISATION, DEVICE, sequence, received, new NumberedMessage.Span(time, time), patient);
  }
}
