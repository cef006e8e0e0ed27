package io.pulsewarden.telemetry.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.secret.SecretBytes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CachedBaseKeysTest {

  private static final KeySubject PATIENT =
      KeySubject.patient(UUID.randomUUID(), UUID.randomUUID());
  private static final UUID KEY_ID = UUID.randomUUID();

  private final SteppedClock clock = new SteppedClock();
  private final ScriptedGateway gateway = new ScriptedGateway();
  private final Sealers sealers = new Sealers(10);
  private boolean fresh = true;
  private final KeyCache cache = new KeyCache(clock, () -> fresh, 3, sealers);
  private final CachedBaseKeys keys = new CachedBaseKeys(gateway, cache, clock);

  @Test
  void shouldAskOnceUntilTheKeyExpires() {
    CompletableFuture<KeyAnswer> first = current();
    gateway.answer(KEY_ID);
    assertThat(keyOf(first)).isEqualTo(keyOf(current()));
    assertThat(keyOf(byId())).isEqualTo(keyOf(current()));
    assertThat(gateway.asked).hasSize(1);

    clock.now = clock.now.plus(Duration.ofHours(1));
    CompletableFuture<KeyAnswer> later = current();
    assertThat(later).isNotDone();
    assertThat(gateway.asked).hasSize(2);
  }

  @Test
  void shouldAskOnceForAllWhoWaitAtATimeAndGiveEachACopy() {
    List<CompletableFuture<KeyAnswer>> waiting =
        IntStream.range(0, 5).mapToObj(_ -> current()).toList();
    assertThat(gateway.asked).hasSize(1);
    gateway.answer(KEY_ID);

    BaseKey first = available(waiting.getFirst());
    first.close();
    for (CompletableFuture<KeyAnswer> other : waiting.subList(1, 5)) {
      assertThat(available(other).key().isDestroyed()).isFalse();
    }
    assertThat(gateway.given.getFirst().key().isDestroyed()).isTrue();
  }

  @Test
  void shouldAskInBatchesOfAThousandAndAnswerInOrder() {
    List<KeyRequest> requests = new ArrayList<>();
    for (int i = 0; i < 2500; i++) {
      requests.add(new KeyRequest.ById(new UUID(0, i), Purpose.VITALS, 1));
    }
    CompletableFuture<List<KeyAnswer>> answers = keys.all(requests).toCompletableFuture();
    assertThat(gateway.asked).extracting(List::size).containsExactly(1000, 1000, 500);
    gateway.answerEach();
    gateway.answerEach();
    gateway.answerEach();
    for (int i = 0; i < 2500; i++) {
      assertThat(answers.join().get(i))
          .isInstanceOfSatisfying(
              KeyAnswer.Available.class,
              answer ->
                  assertThat(answer.baseKey().subjectKeyId().getMostSignificantBits()).isZero());
      assertThat(((KeyAnswer.Available) answers.join().get(i)).baseKey().subjectKeyId())
          .isEqualTo(new UUID(0, i));
    }
  }

  @Test
  void shouldForgetAndZeroWhatTheFeedSaysChanged() {
    CompletableFuture<KeyAnswer> first = current();
    gateway.answer(KEY_ID);
    assertThat(first).isCompleted();
    cache.changed(KEY_ID);
    assertThat(current()).isNotDone();
    gateway.answerWith(new KeyAnswer.Erased());
    assertThat(byId()).isNotDone();
  }

  @Test
  void shouldSealWithTheNextKeyOnceTheFeedSaysThatOneWasRotated() {
    CompletableFuture<KeyAnswer> first = current();
    gateway.answer(KEY_ID);
    assertThat(first).isCompleted();

    cache.changed(KEY_ID);
    UUID next = UUID.randomUUID();
    CompletableFuture<KeyAnswer> now = current();
    gateway.answer(next);
    assertThat(available(now).subjectKeyId()).isEqualTo(next);

    // Reading what the old one sealed does not bring it back.
    CompletableFuture<KeyAnswer> old = byId();
    gateway.answer(KEY_ID);
    assertThat(available(old).subjectKeyId()).isEqualTo(KEY_ID);
    assertThat(available(current()).subjectKeyId()).isEqualTo(next);
    assertThat(byId()).isCompleted();
  }

  @Test
  void shouldServeWhatIsInHandUntilItExpiresWhileKeyManagementIsAway() {
    CompletableFuture<KeyAnswer> first = current();
    gateway.answer(KEY_ID);
    assertThat(first).isCompleted();

    clock.now = clock.now.plus(Duration.ofMinutes(59));
    CompletableFuture<KeyAnswer> cold =
        keys.byId(new UUID(1, 1), Purpose.VITALS, 1).toCompletableFuture();
    gateway.fail();
    assertThatThrownBy(cold::join).hasCauseInstanceOf(KeysUnavailableException.class);
    assertThat(available(current()).subjectKeyId()).isEqualTo(KEY_ID);

    clock.now = clock.now.plus(Duration.ofMinutes(1));
    CompletableFuture<KeyAnswer> late = current();
    gateway.fail();
    assertThatThrownBy(late::join).hasCauseInstanceOf(KeysUnavailableException.class);
  }

  @Test
  void shouldNotKeepAKeyThatWasOnItsWayWhenSomethingChanged() {
    CompletableFuture<KeyAnswer> first = current();
    cache.changed(KEY_ID);
    gateway.answer(KEY_ID);
    assertThat(available(first).subjectKeyId()).isEqualTo(KEY_ID);
    assertThat(current()).isNotDone();
  }

  @Test
  void shouldUseNothingInHandWhileTheFeedIsStale() {
    CompletableFuture<KeyAnswer> first = current();
    gateway.answer(KEY_ID);
    assertThat(first).isCompleted();
    fresh = false;
    CompletableFuture<KeyAnswer> stale = current();
    assertThat(stale).isNotDone();
    gateway.answer(KEY_ID);
    assertThat(available(stale).subjectKeyId()).isEqualTo(KEY_ID);
    fresh = true;
    cache.missed();
    assertThat(current()).isNotDone();
  }

  @Test
  void shouldKeepNoMoreThanItsLimit() {
    for (int i = 0; i < 4; i++) {
      CompletableFuture<KeyAnswer> asked =
          keys.byId(new UUID(1, i), Purpose.VITALS, 1).toCompletableFuture();
      gateway.answerEach();
      assertThat(asked).isCompleted();
    }
    assertThat(keys.byId(new UUID(1, 3), Purpose.VITALS, 1).toCompletableFuture()).isCompleted();
    assertThat(keys.byId(new UUID(1, 0), Purpose.VITALS, 1).toCompletableFuture()).isNotDone();
  }

  @Test
  void shouldFailTypedAndAskAgainTheNextTime() {
    CompletableFuture<KeyAnswer> failed = current();
    gateway.fail();
    assertThatThrownBy(failed::join).hasCauseInstanceOf(KeysUnavailableException.class);
    CompletableFuture<KeyAnswer> again = current();
    gateway.answer(KEY_ID);
    assertThat(available(again).subjectKeyId()).isEqualTo(KEY_ID);
  }

  @Test
  void shouldNotKeepWhatIsNoKey() {
    CompletableFuture<KeyAnswer> erased = current();
    gateway.answerWith(new KeyAnswer.Erased());
    assertThat(erased.join()).isEqualTo(new KeyAnswer.Erased());
    assertThat(current()).isNotDone();
  }

  @Test
  void shouldDropTheSealerWithTheKeyThatExpiredOrHadToGo() {
    byte[] first = seal(KEY_ID, 1);
    keep(KEY_ID, 1);
    clock.now = clock.now.plus(Duration.ofHours(1));
    cache.dropExpired();
    byte[] second = seal(KEY_ID, 1);
    assertThat(salt(second)).isNotEqualTo(salt(first));

    keep(KEY_ID, 1);
    for (int epoch = 2; epoch < 5; epoch++) {
      keep(KEY_ID, epoch);
    }
    assertThat(salt(seal(KEY_ID, 1))).isNotEqualTo(salt(second));
  }

  @Test
  void shouldNotKeepASealerOfAKeyThatWasInUseWhenSomethingWasForgotten() {
    long mark = sealers.mark();
    cache.changed(KEY_ID);
    byte[] first = seal(KEY_ID, 1, mark);
    assertThat(salt(seal(KEY_ID, 1, mark))).isNotEqualTo(salt(first));
  }

  private void keep(UUID id, int epoch) {
    try (BaseKey key = new BaseKey(id, epoch, SecretBytes.owning(new byte[BaseKey.LENGTH]))) {
      cache.put(
          new Lookup.ById(id, Purpose.VITALS, epoch),
          key,
          clock.now.plus(Duration.ofHours(1)),
          cache.mark());
    }
  }

  private byte[] seal(UUID id, int epoch) {
    return seal(id, epoch, sealers.mark());
  }

  private byte[] seal(UUID id, int epoch, long mark) {
    try (BaseKey key = new BaseKey(id, epoch, SecretBytes.owning(new byte[BaseKey.LENGTH]))) {
      return sealers.seal(
          key, Purpose.VITALS, new EnvelopeContext("a", id, id, null, 0, 0, 1), new byte[1], mark);
    }
  }

  private static byte[] salt(byte[] envelope) {
    return Arrays.copyOfRange(envelope, 22, 38);
  }

  private CompletableFuture<KeyAnswer> current() {
    return keys.current(PATIENT, Purpose.VITALS).toCompletableFuture();
  }

  private CompletableFuture<KeyAnswer> byId() {
    return keys.byId(KEY_ID, Purpose.VITALS, Purpose.VITALS.epoch(clock)).toCompletableFuture();
  }

  private static BaseKey available(CompletableFuture<KeyAnswer> answer) {
    return ((KeyAnswer.Available) answer.join()).baseKey();
  }

  private static List<Byte> keyOf(CompletableFuture<KeyAnswer> answer) {
    return available(answer)
        .key()
        .use(
            bytes -> {
              List<Byte> list = new ArrayList<>();
              for (byte each : bytes) {
                list.add(each);
              }
              return list;
            });
  }

  /** Answers when the test says so, the oldest question first. */
  private final class ScriptedGateway implements KeyGateway {

    private final List<List<Lookup>> asked = new ArrayList<>();
    private final List<CompletableFuture<List<Fetched>>> open = new ArrayList<>();
    private final List<BaseKey> given = new ArrayList<>();

    @Override
    public CompletionStage<List<Fetched>> fetch(List<Lookup> lookups) {
      asked.add(lookups);
      CompletableFuture<List<Fetched>> answer = new CompletableFuture<>();
      open.add(answer);
      return answer;
    }

    void answer(UUID id) {
      List<Lookup> lookups = asked.get(asked.size() - open.size());
      open.removeFirst().complete(lookups.stream().map(each -> key(id, each.epoch())).toList());
    }

    void answerEach() {
      List<Lookup> lookups = asked.get(asked.size() - open.size());
      open.removeFirst()
          .complete(
              lookups.stream()
                  .map(each -> key(((Lookup.ById) each).subjectKeyId(), each.epoch()))
                  .toList());
    }

    void answerWith(KeyAnswer answer) {
      open.removeFirst().complete(List.of(new Fetched(answer, Instant.EPOCH)));
    }

    void fail() {
      open.removeFirst().completeExceptionally(new IllegalStateException("connection refused"));
    }

    private Fetched key(UUID id, int epoch) {
      byte[] bytes = new byte[BaseKey.LENGTH];
      bytes[0] = (byte) id.hashCode();
      BaseKey key = new BaseKey(id, epoch, SecretBytes.owning(bytes));
      given.add(key);
      return new Fetched(new KeyAnswer.Available(key), clock.now.plus(Duration.ofHours(1)));
    }
  }

  private static final class SteppedClock extends Clock {
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
