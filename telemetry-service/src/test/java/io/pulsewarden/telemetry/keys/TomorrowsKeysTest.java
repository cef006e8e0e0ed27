package io.pulsewarden.telemetry.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.secret.SecretBytes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class TomorrowsKeysTest {

  private static final Duration AHEAD = Duration.ofMinutes(40);
  private static final Instant MIDNIGHT = Instant.parse("2026-11-24T00:00:00Z");
  private static final UUID ORGANISATION = UUID.randomUUID();

  private final MovableClock clock = new MovableClock();
  private final Gateway gateway = new Gateway();
  private final Sealers sealers = new Sealers(2_000);
  private boolean fresh = true;
  private final KeyCache cache = new KeyCache(clock, () -> fresh, 1_000, sealers);
  private final CachedBaseKeys keys = new CachedBaseKeys(gateway, cache, clock);

  /** Moments in the order in which they are drawn: 0 is the beginning of the time ahead. */
  private final TomorrowsKeys tomorrow =
      new TomorrowsKeys(cache, keys, AHEAD, clock, RandomGenerator.of("L64X128MixRandom"));

  @Test
  void shouldHaveTheNextDaysKeyInHandAtMidnightWithoutAskingThen() {
    KeySubject patient = patient();
    today("23:10:00", patient);
    everyHalfMinute("23:10:00", "23:59:30");
    int asked = gateway.asked.size();

    clock.now = MIDNIGHT;
    CompletableFuture<KeyAnswer> first =
        keys.current(patient, Purpose.VITALS).toCompletableFuture();

    assertThat(first.join())
        .isInstanceOfSatisfying(
            KeyAnswer.Available.class,
            answer -> assertThat(answer.baseKey().epoch()).isEqualTo(20781));
    assertThat(gateway.asked).hasSize(asked);
  }

  @Test
  void shouldSpreadTheRequestsAndAskForEachKeyOnce() {
    List<KeySubject> patients = IntStream.range(0, 300).mapToObj(_ -> patient()).toList();
    patients.forEach(each -> today("23:15:00", each));
    gateway.asked.clear();

    everyHalfMinute("23:15:00", "23:19:30");
    assertThat(gateway.asked).isEmpty();
    everyHalfMinute("23:20:00", "23:59:30");

    assertThat(gateway.asked).hasSizeGreaterThan(30);
    assertThat(gateway.asked).allSatisfy(batch -> assertThat(batch).hasSizeLessThan(60));
    Set<Lookup> once = new HashSet<>();
    gateway.asked.forEach(batch -> batch.forEach(each -> assertThat(once.add(each)).isTrue()));
    assertThat(once).hasSize(300).allSatisfy(each -> assertThat(each.epoch()).isEqualTo(20781));
  }

  @Test
  void shouldZeroItsOwnCopies() {
    today("23:15:00", patient());
    everyHalfMinute("23:15:00", "23:59:30");
    assertThat(gateway.given)
        .hasSize(2)
        .allSatisfy(key -> assertThat(key.key().isDestroyed()).isTrue());
  }

  @Test
  void shouldLeavePermanentKeysAlone() {
    clock.now = Instant.parse("2026-11-23T23:15:00Z");
    assertThat(keys.current(patient(), Purpose.RECEIPT).toCompletableFuture()).isCompleted();
    gateway.asked.clear();
    everyHalfMinute("23:15:00", "23:59:30");
    assertThat(gateway.asked).isEmpty();
  }

  @RepeatedTest(200)
  void shouldAskAgainBeforeMidnightForWhatCouldNotBeHad() {
    today("23:15:00", patient());
    gateway.asked.clear();
    gateway.away = true;
    everyHalfMinute("23:15:00", "23:58:00");
    assertThat(gateway.asked).isNotEmpty();
    gateway.away = false;
    gateway.asked.clear();
    everyHalfMinute("23:58:00", "23:59:59");
    assertThat(gateway.asked).hasSize(1);
  }

  @Test
  void shouldAskAgainForWhatWasOnItsWayWhenSomethingWasEvicted() {
    KeySubject patient = patient();
    today("23:15:00", patient);
    gateway.onFetch = () -> cache.changed(UUID.randomUUID());
    everyHalfMinute("23:15:00", "23:57:00");
    gateway.onFetch = () -> {};
    everyHalfMinute("23:57:00", "23:59:59");
    assertThat(cache.holds(new Lookup.OfSubject(patient, Purpose.VITALS, 20781))).isTrue();
  }

  @Test
  void shouldWaitForTheFeedToBeFreshAgain() {
    KeySubject patient = patient();
    today("23:15:00", patient);
    gateway.asked.clear();
    fresh = false;
    everyHalfMinute("23:15:00", "23:59:00");
    assertThat(gateway.asked).isEmpty();
    fresh = true;
    everyHalfMinute("23:59:00", "23:59:59");
    assertThat(cache.holds(new Lookup.OfSubject(patient, Purpose.VITALS, 20781))).isTrue();
  }

  @Test
  void shouldNotFetchForWhoWasForgottenMeanwhile() {
    today("23:15:00", patient());
    cache.missed();
    gateway.asked.clear();
    everyHalfMinute("23:15:00", "23:59:30");
    assertThat(gateway.asked).isEmpty();
  }

  @Test
  void shouldNotPushOutKeysInHand() {
    KeyCache small = new KeyCache(clock, () -> fresh, 3, sealers);
    CachedBaseKeys few = new CachedBaseKeys(gateway, small, clock);
    TomorrowsKeys ahead =
        new TomorrowsKeys(small, few, AHEAD, clock, RandomGenerator.of("L64X128MixRandom"));
    clock.now = Instant.parse("2026-11-23T23:30:00Z");
    List<KeySubject> patients = List.of(patient(), patient());
    patients.forEach(
        each -> assertThat(few.current(each, Purpose.VITALS).toCompletableFuture()).isCompleted());
    for (clock.now = MIDNIGHT.minus(AHEAD); clock.now.isBefore(MIDNIGHT); step()) {
      ahead.fetchDue();
    }
    clock.now = MIDNIGHT.minusSeconds(1);
    gateway.away = true;
    for (KeySubject each : patients) {
      assertThat(few.current(each, Purpose.VITALS).toCompletableFuture())
          .isCompletedWithValueMatching(KeyAnswer.Available.class::isInstance);
    }
    assertThat(small.room()).isZero();
  }

  @Test
  void shouldRefuseATimeInWhichKeysExpireOrCanNotBeSpread() {
    for (Duration wrong : List.of(Duration.ofHours(1), Duration.ofMinutes(2))) {
      assertThatThrownBy(
              () -> new TomorrowsKeys(cache, keys, wrong, clock, RandomGenerator.getDefault()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private void today(String time, KeySubject subject) {
    clock.now = Instant.parse("2026-11-23T" + time + "Z");
    assertThat(keys.current(subject, Purpose.VITALS).toCompletableFuture()).isCompleted();
  }

  private void everyHalfMinute(String from, String to) {
    Instant end = Instant.parse("2026-11-23T" + to + "Z");
    for (clock.now = Instant.parse("2026-11-23T" + from + "Z"); !clock.now.isAfter(end); step()) {
      tomorrow.fetchDue();
    }
  }

  private void step() {
    clock.now = clock.now.plusSeconds(30);
  }

  private static KeySubject patient() {
    return KeySubject.patient(ORGANISATION, UUID.randomUUID());
  }

  /** Answers at once. */
  private final class Gateway implements KeyGateway {

    private final List<List<Lookup>> asked = new ArrayList<>();
    private final List<BaseKey> given = new ArrayList<>();
    private boolean away;
    private Runnable onFetch = () -> {};

    @Override
    public CompletionStage<List<Fetched>> fetch(List<Lookup> lookups) {
      asked.add(lookups);
      onFetch.run();
      if (away) {
        return CompletableFuture.failedFuture(new IllegalStateException("connection refused"));
      }
      return CompletableFuture.completedFuture(lookups.stream().map(this::key).toList());
    }

    private Fetched key(Lookup lookup) {
      UUID id =
          switch (lookup) {
            case Lookup.OfSubject of -> of.subject().id();
            case Lookup.ById by -> by.subjectKeyId();
          };
      BaseKey key = new BaseKey(id, lookup.epoch(), SecretBytes.owning(new byte[BaseKey.LENGTH]));
      given.add(key);
      return new Fetched(new KeyAnswer.Available(key), clock.now.plus(Duration.ofHours(1)));
    }
  }

  private static final class MovableClock extends Clock {
    private Instant now = Instant.parse("2026-11-23T12:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
