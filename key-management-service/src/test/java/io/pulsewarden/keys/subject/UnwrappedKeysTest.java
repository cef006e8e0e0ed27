package io.pulsewarden.keys.subject;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.secret.SecretBytes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UnwrappedKeysTest {

  private static final UUID ORGANISATION = UUID.randomUUID();

  private static final Subject SUBJECT =
      new Subject(ORGANISATION, SubjectKind.PATIENT, UUID.randomUUID());

  private final SteppedClock clock = new SteppedClock();
  private final UnwrappedKeys keys = new UnwrappedKeys(clock, Duration.ofMinutes(5), 2);

  @Test
  void shouldLendCopiesUntilTheirTimeIsOverThenZero() {
    StoredKey row = row();
    SecretBytes mine = secret();
    keys.put(row, mine, keys.mark());

    SubjectKey.Live copy = keys.current(sealing(row)).orElseThrow();
    assertThat(copy.bytes().sameAs(mine)).isTrue();
    assertThat(keys.byId(row.id())).isPresent();

    clock.now = clock.now.plus(Duration.ofMinutes(5));
    assertThat(keys.current(sealing(row))).isEmpty();
    assertThat(mine.isDestroyed()).isTrue();
    assertThat(copy.bytes().isDestroyed()).isFalse();
  }

  @Test
  void shouldZeroWhatIsForgottenAndKeepNothingReadBeforeThat() {
    StoredKey row = row();
    SecretBytes kept = secret();
    SecretBytes late = secret();
    keys.put(row, kept, keys.mark());
    long before = keys.mark();

    keys.forget(List.of(row.id()));
    keys.put(row, late, before);

    assertThat(kept.isDestroyed()).isTrue();
    assertThat(late.isDestroyed()).isTrue();
    assertThat(keys.current(sealing(row))).isEmpty();
  }

  @Test
  void shouldZeroTheOldestBeyondItsLimit() {
    SecretBytes oldest = secret();
    keys.put(row(), oldest, keys.mark());
    keys.put(row(), secret(), keys.mark());
    assertThat(oldest.isDestroyed()).isFalse();
    keys.put(row(), secret(), keys.mark());
    assertThat(oldest.isDestroyed()).isTrue();
  }

  @Test
  void shouldZeroWhatIsReplacedOrLeftAtTheEnd() {
    StoredKey row = row();
    SecretBytes first = secret();
    SecretBytes second = secret();
    keys.put(row, first, keys.mark());
    keys.put(row, second, keys.mark());
    assertThat(first.isDestroyed()).isTrue();
    assertThat(keys.byId(row.id())).isPresent();
    keys.close();
    assertThat(second.isDestroyed()).isTrue();
  }

  @Test
  void shouldKeepNothingAfterTheClockWentBack() {
    StoredKey row = row();
    SecretBytes mine = secret();
    keys.put(row, mine, keys.mark());
    clock.now = clock.now.plus(Duration.ofMinutes(4));
    assertThat(keys.byId(row.id())).isPresent();

    clock.now = clock.now.minus(Duration.ofMillis(900));
    assertThat(keys.byId(row.id())).as("a clock that is being set right").isPresent();
    clock.now = clock.now.minus(Duration.ofDays(1));
    assertThat(keys.byId(row.id())).isEmpty();
    assertThat(mine.isDestroyed()).isTrue();

    SecretBytes after = secret();
    keys.put(row, after, keys.mark());
    assertThat(keys.byId(row.id())).isPresent();
    clock.now = clock.now.plus(Duration.ofDays(400));
    assertThat(keys.byId(row.id())).isEmpty();
    assertThat(after.isDestroyed()).isTrue();
  }

  @Test
  void shouldTellTheFirstKeyOfASubjectFromTheOneThatSeals() {
    StoredKey first = row(1, SubjectKeyState.ROTATING, SUBJECT);
    StoredKey second = row(2, SubjectKeyState.ACTIVE, SUBJECT);
    keys.put(first, secret(), keys.mark());
    assertThat(keys.current(new WantedKey(SUBJECT, false))).isEmpty();
    keys.put(second, secret(), keys.mark());

    assertThat(keys.current(new WantedKey(SUBJECT, true)).orElseThrow().id()).isEqualTo(first.id());
    assertThat(keys.current(new WantedKey(SUBJECT, false)).orElseThrow().id())
        .isEqualTo(second.id());
    keys.forget(List.of(second.id()));
    assertThat(keys.current(new WantedKey(SUBJECT, false))).isEmpty();
    assertThat(keys.current(new WantedKey(SUBJECT, true))).isPresent();
  }

  private static WantedKey sealing(StoredKey row) {
    return new WantedKey(row.subject(), false);
  }

  private static StoredKey row() {
    return row(
        1,
        SubjectKeyState.ACTIVE,
        new Subject(ORGANISATION, SubjectKind.PATIENT, UUID.randomUUID()));
  }

  private static StoredKey row(int version, SubjectKeyState state, Subject subject) {
    return new StoredKey(
        UUID.randomUUID(),
        subject,
        version,
        state,
        new Wrapped(new KekVersion(new KekName(ORGANISATION, 0), 1), ByteString.EMPTY),
        Instant.EPOCH);
  }

  private static SecretBytes secret() {
    return SecretBytes.owning(new byte[] {1, 2, 3});
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
