package io.pulsewarden.keys.subject;

import static io.pulsewarden.keys.subject.SubjectKeyState.DESTROYED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SubjectKeysTest {

  private static final UUID ORGANISATION = UUID.randomUUID();
  private static final String CALLER = "spiffe://pulsewarden.local/service/telemetry-service";

  private final CountingKeks keks = new CountingKeks();
  private final KeysInMemory rows = new KeysInMemory();
  private final UnwrappedKeys unwrapped =
      new UnwrappedKeys(Clock.systemUTC(), Duration.ofMinutes(5), 5_000);
  private final SubjectKeys keys = new SubjectKeys(rows, keks, unwrapped, Clock.systemUTC());

  @Test
  void shouldAskTheProviderOnceForAThousandWhenColdAndNeverWhenWarm() {
    Set<UUID> ids =
        IntStream.range(0, 1000).mapToObj(_ -> stored().id()).collect(Collectors.toSet());

    Map<UUID, SubjectKey> cold = keys.byIds(ids).toCompletableFuture().join();
    assertThat(keks.unwraps).hasValue(1);
    assertThat(cold).hasSize(1000).allSatisfy((_, key) -> assertThat(key).isInstanceOf(live()));

    Map<UUID, SubjectKey> warm = keys.byIds(ids).toCompletableFuture().join();
    assertThat(keks.unwraps).hasValue(1);
    assertThat(warm).hasSize(1000);
  }

  @Test
  void shouldAskTheProviderOnceToWrapAThousandNewOnes() {
    Set<WantedKey> subjects =
        IntStream.range(0, 1000)
            .mapToObj(_ -> new WantedKey(patient(), false))
            .collect(Collectors.toSet());

    assertThat(keys.current(subjects, CALLER).toCompletableFuture().join()).hasSize(1000);
    assertThat(keks.wraps).hasValue(1);
    assertThat(keks.unwraps).hasValue(0);
  }

  @Test
  void shouldOpenAKeyOnceHoweverManyMissItAtATime() {
    StoredKey row = stored();
    keks.gate = new CountDownLatch(1);
    List<CompletableFuture<Map<UUID, SubjectKey>>> asking = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      asking.add(keys.byIds(Set.of(row.id())).toCompletableFuture());
    }
    keks.gate.countDown();

    for (CompletableFuture<Map<UUID, SubjectKey>> asked : asking) {
      assertThat(asked.join().get(row.id())).isInstanceOf(live());
    }
    assertThat(keks.unwraps).hasValue(1);
  }

  /** Two hundred who wait for one key of a sealed Vault are no two hundred requests to it. */
  @Test
  void shouldFailAllWhoWaitWithTheOneThatFailed() {
    StoredKey row = stored();
    keks.gate = new CountDownLatch(1);
    keks.away = KekFailure.SEALED;
    List<CompletableFuture<Map<UUID, SubjectKey>>> asking = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      asking.add(keys.byIds(Set.of(row.id())).toCompletableFuture());
    }
    keks.gate.countDown();

    for (CompletableFuture<Map<UUID, SubjectKey>> asked : asking) {
      assertThatThrownBy(asked::join).hasCauseInstanceOf(KekUnavailableException.class);
    }
    assertThat(keks.unwraps).hasValue(1);
    keks.away = null;
    assertThat(keys.byIds(Set.of(row.id())).toCompletableFuture().join().get(row.id()))
        .isInstanceOf(live());
  }

  @Test
  void shouldNotWaitForEverForAFlightThatNeverLands() {
    StoredKey row = stored();
    keks.gate = new CountDownLatch(1);
    SubjectKeys impatient =
        new SubjectKeys(rows, keks, unwrapped, Clock.systemUTC(), Duration.ofMillis(50));
    try {
      assertThatThrownBy(() -> impatient.byIds(Set.of(row.id())).toCompletableFuture().join())
          .hasCauseInstanceOf(TimeoutException.class);
      // The next one is a flight of its own, and not one that waits for the first.
      assertThatThrownBy(() -> impatient.byIds(Set.of(row.id())).toCompletableFuture().join())
          .hasCauseInstanceOf(TimeoutException.class);
      assertThat(keks.unwraps).hasValue(2);
    } finally {
      keks.gate.countDown();
    }
  }

  @Test
  void shouldServeTheOthersWhereOneRowDoesNotOpen() {
    StoredKey bad = stored();
    StoredKey good = stored();
    keks.refused.add(wrappedBytes(bad));

    Map<UUID, SubjectKey> found =
        keys.byIds(Set.of(bad.id(), good.id())).toCompletableFuture().join();

    assertThat(found.get(bad.id())).isEqualTo(new SubjectKey.Unusable(ORGANISATION));
    assertThat(found.get(good.id())).isInstanceOf(live());
    assertThat(
            keys.current(Set.of(sealing(bad), sealing(good)), CALLER)
                .toCompletableFuture()
                .join()
                .get(sealing(bad)))
        .isEqualTo(new SubjectKey.Unusable(ORGANISATION));
  }

  @Test
  void shouldKeepNothingOfAKeyThatIsForgottenWhileItIsBeingOpened() {
    StoredKey row = stored();
    keks.gate = new CountDownLatch(1);
    CompletableFuture<Map<UUID, SubjectKey>> asked =
        keys.byIds(Set.of(row.id())).toCompletableFuture();

    keys.forget(Set.of(row.id()));
    keks.gate.countDown();
    asked.join();

    assertThat(unwrapped.byId(row.id())).isEmpty();
  }

  @Test
  void shouldSealWithTheNewestKeyAndKeepWhatIsPermanentWithTheFirst() {
    Subject subject = patient();
    StoredKey first = stored(subject, 1, SubjectKeyState.ROTATING);
    StoredKey second = stored(subject, 2, SubjectKeyState.ROTATING);
    StoredKey third = stored(subject, 3, SubjectKeyState.ACTIVE);
    WantedKey sealing = new WantedKey(subject, false);
    WantedKey permanent = new WantedKey(subject, true);

    for (int i = 0; i < 2; i++) {
      Map<WantedKey, SubjectKey> found =
          keys.current(Set.of(sealing, permanent), CALLER).toCompletableFuture().join();
      assertThat(id(found.get(sealing))).isEqualTo(third.id());
      assertThat(id(found.get(permanent))).isEqualTo(first.id());
    }
    assertThat(keks.unwraps).as("cold, then warm").hasValue(1);
    assertThat(keys.byIds(Set.of(second.id())).toCompletableFuture().join().get(second.id()))
        .isInstanceOf(live());
  }

  @Test
  void shouldGiveTwoWhoWantOneKeyACopyEach() {
    StoredKey only = stored();
    WantedKey permanent = new WantedKey(only.subject(), true);
    Map<WantedKey, SubjectKey> found =
        keys.current(Set.of(sealing(only), permanent), CALLER).toCompletableFuture().join();

    ((SubjectKey.Live) Objects.requireNonNull(found.get(sealing(only)))).bytes().close();

    assertThat(found.get(permanent))
        .isInstanceOfSatisfying(
            SubjectKey.Live.class, live -> assertThat(live.bytes().isDestroyed()).isFalse());
  }

  @Test
  void shouldCallASubjectErasedWhoseKeysAreAllDestroyed() {
    Subject subject = patient();
    rows.put(new StoredKey(UUID.randomUUID(), subject, 1, DESTROYED, null, Instant.EPOCH));
    rows.put(new StoredKey(UUID.randomUUID(), subject, 2, DESTROYED, null, Instant.EPOCH));
    WantedKey sealing = new WantedKey(subject, false);
    WantedKey permanent = new WantedKey(subject, true);

    assertThat(keys.current(Set.of(sealing, permanent), CALLER).toCompletableFuture().join())
        .containsEntry(sealing, new SubjectKey.Erased(ORGANISATION))
        .containsEntry(permanent, new SubjectKey.Erased(ORGANISATION));
  }

  private static UUID id(@Nullable SubjectKey key) {
    return ((SubjectKey.Live) Objects.requireNonNull(key)).id();
  }

  private static WantedKey sealing(StoredKey row) {
    return new WantedKey(row.subject(), false);
  }

  private StoredKey stored() {
    return stored(patient(), 1, SubjectKeyState.ACTIVE);
  }

  private StoredKey stored(Subject subject, int version, SubjectKeyState state) {
    StoredKey row =
        new StoredKey(
            UUID.randomUUID(),
            subject,
            version,
            state,
            new Wrapped(
                new KekVersion(WrapContext.kek(subject), 1),
                ByteString.copyFromUtf8(subject.id() + " " + version)),
            Instant.EPOCH);
    rows.put(row);
    return row;
  }

  private static ByteString wrappedBytes(StoredKey row) {
    Wrapped wrapped = row.wrapped();
    return wrapped == null ? ByteString.EMPTY : wrapped.bytes();
  }

  private static Class<SubjectKey.Live> live() {
    return SubjectKey.Live.class;
  }

  private static Subject patient() {
    return new Subject(ORGANISATION, SubjectKind.PATIENT, UUID.randomUUID());
  }
}
