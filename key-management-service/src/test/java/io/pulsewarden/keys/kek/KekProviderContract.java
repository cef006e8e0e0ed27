package io.pulsewarden.keys.kek;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import io.pulsewarden.keys.kek.KekProvider.Refusal;
import io.pulsewarden.keys.kek.KekProvider.ToUnwrap;
import io.pulsewarden.keys.kek.KekProvider.ToWrap;
import io.pulsewarden.keys.kek.KekProvider.Unwrapped;
import io.pulsewarden.keys.kek.KekProvider.Versions;
import io.pulsewarden.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every provider of KEKs must do, whatever keeps them. */
public abstract class KekProviderContract {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final ByteString PLACE = ByteString.copyFromUtf8("organisation, subject, key, 1");

  private final KekName name = new KekName(UUID.randomUUID(), 3);

  /** The provider under test; the same one during a test. */
  protected abstract KekProvider provider();

  /** The same KEKs as another process, or a later start, would have them. */
  protected abstract KekProvider laterLife() throws Exception;

  @Test
  void shouldUnwrapAThousandKeysOfSeveralKeksInOrder() throws Exception {
    List<SecretBytes> keys = Stream.generate(KekProviderContract::key).limit(1000).toList();
    UUID organisation = UUID.randomUUID();
    List<ToWrap> toWrap =
        IntStream.range(0, keys.size())
            .mapToObj(
                i ->
                    new ToWrap(
                        new KekName(organisation, i % KekName.SHARDS), keys.get(i), place(i)))
            .toList();

    List<Wrapped> wrapped = answer(provider().wrap(toWrap));
    List<Unwrapped> unwrapped =
        answer(
            provider()
                .unwrap(
                    IntStream.range(0, keys.size())
                        .mapToObj(i -> new ToUnwrap(wrapped.get(i), place(i)))
                        .toList()));

    assertThat(wrapped.stream().map(each -> each.kek().name()))
        .containsExactlyElementsOf(toWrap.stream().map(ToWrap::kek).toList());
    assertThat(unwrapped.stream().map(KekProviderContract::hex))
        .containsExactlyElementsOf(keys.stream().map(KekProviderContract::hex).toList());
  }

  @Test
  void shouldAnswerNothingToNothing() throws Exception {
    assertThat(answer(provider().wrap(List.of()))).isEmpty();
    assertThat(answer(provider().unwrap(List.of()))).isEmpty();
    assertThat(answer(provider().missing(List.of()))).isEmpty();
  }

  @Test
  void shouldMakeAKekOnFirstUseAndNotByLooking() throws Exception {
    assertThat(answer(provider().versions(name))).isEmpty();
    assertThat(answer(provider().versions(name))).isEmpty();
    assertThat(wrap(key()).kek()).isEqualTo(new KekVersion(name, 1));
    assertThat(answer(provider().versions(name))).contains(new Versions(1, 1));
  }

  @Test
  void shouldMakeOneKekForManyWhoNeedItAtOnce() throws Exception {
    Set<KekVersion> versions = new HashSet<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      Callable<KekVersion> first = () -> wrap(key()).kek();
      for (Future<KekVersion> each :
          pool.invokeAll(Stream.generate(() -> first).limit(8).toList())) {
        versions.add(each.get());
      }
    }
    assertThat(versions).containsExactly(new KekVersion(name, 1));
    assertThat(answer(provider().versions(name))).contains(new Versions(1, 1));
  }

  @Test
  void shouldNeverGiveTheSameBytesTwice() throws Exception {
    SecretBytes key = key();
    Set<ByteString> seen = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      seen.add(wrap(key).bytes());
    }
    assertThat(seen).hasSize(50);
  }

  @Test
  void shouldRejectAnotherPlace() throws Exception {
    Wrapped wrapped = wrap(key());
    for (int i = 0; i < PLACE.size(); i++) {
      byte[] moved = PLACE.toByteArray();
      moved[i] ^= 1;
      assertThat(unwrap(wrapped, ByteString.copyFrom(moved)))
          .isEqualTo(new Unwrapped.Refused(Refusal.REJECTED));
    }
    assertThat(unwrap(wrapped, ByteString.EMPTY))
        .isEqualTo(new Unwrapped.Refused(Refusal.REJECTED));
  }

  @Test
  void shouldOpenNothingThatWasChangedOrCut() throws Exception {
    Wrapped wrapped = wrap(key());
    List<ToUnwrap> changed = new ArrayList<>();
    for (int i = 0; i < wrapped.bytes().size(); i++) {
      byte[] bytes = wrapped.bytes().toByteArray();
      bytes[i] ^= 1;
      changed.add(toUnwrap(wrapped.kek(), ByteString.copyFrom(bytes)));
      changed.add(toUnwrap(wrapped.kek(), wrapped.bytes().substring(0, i)));
    }
    assertThat(answer(provider().unwrap(changed)))
        .allSatisfy(each -> assertThat(each).isInstanceOf(Unwrapped.Refused.class));
  }

  @Test
  void shouldRejectWhatAnotherKekOrVersionWrapped() throws Exception {
    Wrapped first = wrap(key());
    answer(provider().rotate(name));
    Wrapped second = wrap(key());
    KekName other = new KekName(name.organisation(), 4);
    Wrapped others = wrap(other, key());

    assertThat(
            answer(
                provider()
                    .unwrap(
                        List.of(
                            toUnwrap(second.kek(), first.bytes()),
                            toUnwrap(first.kek(), second.bytes()),
                            toUnwrap(others.kek(), first.bytes())))))
        .containsOnly(new Unwrapped.Refused(Refusal.REJECTED));
  }

  @Test
  void shouldLetNoBadKeySpoilItsNeighbours() throws Exception {
    SecretBytes key = key();
    Wrapped good = wrap(key);
    Wrapped unknown =
        new Wrapped(new KekVersion(new KekName(UUID.randomUUID(), 0), 1), good.bytes());

    List<Unwrapped> answers =
        answer(
            provider()
                .unwrap(
                    List.of(
                        toUnwrap(good.kek(), good.bytes()),
                        toUnwrap(good.kek(), ByteString.copyFromUtf8("no wrapped key")),
                        toUnwrap(unknown.kek(), unknown.bytes()),
                        toUnwrap(good.kek(), good.bytes()))));

    assertThat(hex(answers.get(0))).isEqualTo(hex(key)).isEqualTo(hex(answers.get(3)));
    assertThat(answers.get(1)).isEqualTo(new Unwrapped.Refused(Refusal.REJECTED));
    assertThat(answers.get(2)).isEqualTo(new Unwrapped.Refused(Refusal.MISSING));
  }

  @Test
  void shouldWrapByTheNewestVersionAndUnwrapByAll() throws Exception {
    SecretBytes key = key();
    Wrapped before = wrap(key);
    assertThat(answer(provider().rotate(name))).isEqualTo(new KekVersion(name, 2));
    Wrapped after = wrap(key);

    assertThat(after.kek().version()).isEqualTo(2);
    assertThat(hex(unwrap(before, PLACE))).isEqualTo(hex(key)).isEqualTo(hex(unwrap(after, PLACE)));
    assertThat(answer(provider().versions(name))).contains(new Versions(1, 2));
  }

  @Test
  void shouldDestroyTrimmedVersionsForEverAndKeepTheRest() throws Exception {
    SecretBytes key = key();
    Wrapped first = wrap(key);
    answer(provider().rotate(name));
    Wrapped second = wrap(key);
    answer(provider().rotate(name));
    Wrapped third = wrap(key);

    answer(provider().trim(name, 2));
    answer(provider().trim(name, 2));

    assertThat(unwrap(first, PLACE)).isEqualTo(new Unwrapped.Refused(Refusal.TRIMMED));
    assertThat(hex(unwrap(second, PLACE))).isEqualTo(hex(key)).isEqualTo(hex(unwrap(third, PLACE)));
    assertThat(wrap(key).kek().version()).isEqualTo(3);
    assertThat(answer(provider().versions(name))).contains(new Versions(2, 3));
    assertThat(answer(provider().missing(List.of(first.kek(), second.kek(), third.kek()))))
        .containsExactly(first.kek());
  }

  @Test
  void shouldNotTrimTheLastVersionAway() throws Exception {
    SecretBytes key = key();
    Wrapped wrapped = wrap(key);

    assertThat(reason(provider().trim(name, 2))).isEqualTo(KekFailure.IMPOSSIBLE);
    assertThat(reason(provider().trim(new KekName(UUID.randomUUID(), 0), 1)))
        .isEqualTo(KekFailure.IMPOSSIBLE);

    assertThat(hex(unwrap(wrapped, PLACE))).isEqualTo(hex(key));
    assertThat(wrap(key).kek().version()).isEqualTo(1);
  }

  @Test
  void shouldSayWhichVersionsItLacks() throws Exception {
    KekVersion first = wrap(key()).kek();
    KekVersion second = new KekVersion(name, 2);
    KekVersion foreign = new KekVersion(new KekName(UUID.randomUUID(), 0), 1);

    assertThat(answer(provider().missing(List.of(first, second, foreign))))
        .containsExactly(second, foreign);
    assertThat(unwrap(new Wrapped(second, wrap(key()).bytes()), PLACE))
        .isEqualTo(new Unwrapped.Refused(Refusal.MISSING));
  }

  @Test
  void shouldWorkInALaterLifeToo() throws Exception {
    SecretBytes key = key();
    Wrapped first = wrap(key);
    answer(provider().rotate(name));
    Wrapped second = wrap(key);
    answer(provider().rotate(name));
    answer(provider().trim(name, 2));

    KekProvider later = laterLife();

    answer(later.check());
    assertThat(answer(later.versions(name))).contains(new Versions(2, 3));
    List<Unwrapped> answers =
        answer(
            later.unwrap(
                List.of(
                    toUnwrap(first.kek(), first.bytes()), toUnwrap(second.kek(), second.bytes()))));
    assertThat(answers.get(0)).isEqualTo(new Unwrapped.Refused(Refusal.TRIMMED));
    assertThat(hex(answers.get(1))).isEqualTo(hex(key));
    assertThat(answer(later.wrap(List.of(new ToWrap(name, key, PLACE)))).getFirst().kek().version())
        .isEqualTo(3);
  }

  @Test
  void shouldBeWell() throws Exception {
    answer(provider().check());
  }

  private Wrapped wrap(SecretBytes key) throws Exception {
    return wrap(name, key);
  }

  private Wrapped wrap(KekName kek, SecretBytes key) throws Exception {
    return answer(provider().wrap(List.of(new ToWrap(kek, key, PLACE)))).getFirst();
  }

  private Unwrapped unwrap(Wrapped wrapped, ByteString place) throws Exception {
    return answer(provider().unwrap(List.of(new ToUnwrap(wrapped, place)))).getFirst();
  }

  private static ToUnwrap toUnwrap(KekVersion kek, ByteString bytes) {
    return new ToUnwrap(new Wrapped(kek, bytes), PLACE);
  }

  private static ByteString place(int i) {
    return ByteString.copyFromUtf8("place " + i);
  }

  private static SecretBytes key() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return SecretBytes.owning(bytes);
  }

  private static String hex(SecretBytes key) {
    return key.use(HexFormat.of()::formatHex);
  }

  private static String hex(Unwrapped unwrapped) {
    return unwrapped instanceof Unwrapped.Key(SecretBytes bytes)
        ? hex(bytes)
        : unwrapped.toString();
  }

  /** Waits for it. */
  protected static <T> T answer(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  /** Why it failed. */
  protected static KekFailure reason(CompletionStage<?> stage) {
    Throwable failure = catchThrowable(() -> answer(stage));
    assertThat(failure).isInstanceOf(ExecutionException.class);
    assertThat(failure.getCause()).isInstanceOf(KekUnavailableException.class);
    return ((KekUnavailableException) Objects.requireNonNull(failure.getCause())).reason();
  }
}
