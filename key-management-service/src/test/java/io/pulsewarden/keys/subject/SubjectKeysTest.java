package io.pulsewarden.keys.subject;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
  void shouldOpenAThousandInOneCallWhenColdAndInNoneWhenWarm() {
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
  void shouldMakeAThousandInOneCall() {
    Set<Subject> subjects =
        IntStream.range(0, 1000).mapToObj(_ -> patient()).collect(Collectors.toSet());

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
            keys.current(Set.of(bad.subject(), good.subject()), CALLER)
                .toCompletableFuture()
                .join()
                .get(bad.subject()))
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

  private StoredKey stored() {
    Subject subject = patient();
    StoredKey row =
        new StoredKey(
            UUID.randomUUID(),
            subject,
            1,
            SubjectKeyState.ACTIVE,
            new Wrapped(
                new KekVersion(WrapContext.kek(subject), 1),
                ByteString.copyFromUtf8(subject.id().toString())),
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
