package io.pulsewarden.telemetry.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.envelope.EnvelopeHeader;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SealingTest {

  private static final UUID ORGANISATION = UUID.randomUUID();
  private static final UUID PATIENT = UUID.randomUUID();
  private static final KeySubject SUBJECT = KeySubject.patient(ORGANISATION, PATIENT);
  private static final EnvelopeContext CONTEXT =
      new EnvelopeContext("vital-batch", ORGANISATION, PATIENT, null, 1, 2, 1);
  private static final byte[] TEXT = "pulse".getBytes(UTF_8);

  private final InMemoryBaseKeys keys =
      new InMemoryBaseKeys(Clock.fixed(Instant.parse("2026-11-23T23:59:59Z"), ZoneOffset.UTC));
  private final Sealers sealers = new Sealers(2);
  private final Sealing sealing = new Sealing(keys, sealers);

  @AfterEach
  void close() {
    sealers.close();
  }

  @Test
  void shouldOpenWhatItSealed() {
    byte[] envelope = seal(SUBJECT);
    assertThat(EnvelopeHeader.read(envelope))
        .isEqualTo(new EnvelopeHeader(keys.idOf(SUBJECT), 20780));
    assertThat(open(envelope)).isInstanceOf(Opened.Plaintext.class);
    assertThat(((Opened.Plaintext) open(envelope)).bytes()).isEqualTo(TEXT);
  }

  @Test
  void shouldOpenManyWithOneRequestEachInItsOrder() {
    byte[] good = seal(SUBJECT);
    byte[] changed = good.clone();
    changed[changed.length - 1] ^= 1;
    KeySubject gone = KeySubject.patient(ORGANISATION, UUID.randomUUID());
    byte[] erased = seal(gone);
    keys.erase(gone);
    int before = keys.asked();

    List<Opened> opened =
        sealing
            .openAll(
                Arrays.asList(good, changed, new byte[3], erased, good).stream()
                    .map(bytes -> new SealedItem(CONTEXT, Purpose.VITALS, bytes))
                    .toList())
            .toCompletableFuture()
            .join();

    assertThat(keys.asked() - before).isEqualTo(1);
    assertThat(opened)
        .extracting(Object::getClass)
        .containsExactly(
            Opened.Plaintext.class,
            Opened.Rejected.class,
            Opened.Rejected.class,
            Opened.Erased.class,
            Opened.Plaintext.class);
  }

  /** Trimmed by mistake, or an HSM that coughed: that is mended, and nothing was lost by it. */
  @Test
  void shouldLetWaitWhatIsSealedUnderAKeyThatDoesNotOpenNow() {
    KeySubject spoilt = KeySubject.patient(ORGANISATION, UUID.randomUUID());
    List<SealedItem> items =
        List.of(
            new SealedItem(CONTEXT, Purpose.VITALS, seal(SUBJECT)),
            new SealedItem(CONTEXT, Purpose.VITALS, seal(spoilt)));
    keys.spoil(spoilt);

    assertThatThrownBy(() -> sealing.openAll(items).toCompletableFuture().join())
        .hasCauseInstanceOf(KeysUnavailableException.class);
    assertThat(sealing.openNow(items).toCompletableFuture().join())
        .extracting(Object::getClass)
        .containsExactly(Opened.Plaintext.class, Opened.Rejected.class);

    keys.mend(spoilt);
    assertThat(sealing.openAll(items).toCompletableFuture().join())
        .allMatch(Opened.Plaintext.class::isInstance);
  }

  @Test
  void shouldNotWaitForWhatADeviceHoldsThatWasGivenUp() {
    UUID device = UUID.randomUUID();
    EnvelopeContext context =
        new EnvelopeContext("vital-batch", ORGANISATION, device, device, 1, 2, 1);
    KeySubject subject = KeySubject.device(ORGANISATION, device);
    byte[] envelope =
        sealing.seal(subject, Purpose.HOLD, context, TEXT).toCompletableFuture().join();
    SealedItem held = new SealedItem(context, Purpose.HOLD, envelope);
    SealedItem patients = new SealedItem(CONTEXT, Purpose.VITALS, seal(SUBJECT));
    Sealing givenUp = new Sealing(keys, sealers, new GivenUpDevices(Set.of(device, PATIENT)));
    assertThat(givenUp.openAll(List.of(held, patients)).toCompletableFuture().join())
        .as("as long as it opens it is opened")
        .allMatch(Opened.Plaintext.class::isInstance);

    keys.spoil(subject);

    assertThat(givenUp.openAll(List.of(held, patients)).toCompletableFuture().join())
        .extracting(Object::getClass)
        .containsExactly(Opened.Rejected.class, Opened.Plaintext.class);
    assertThat(givenUp.isGivenUp(held)).isTrue();
    assertThat(givenUp.isGivenUp(patients)).as("a patient is erased, or waits").isFalse();
    keys.spoil(SUBJECT);
    assertThatThrownBy(() -> givenUp.openAll(List.of(patients)).toCompletableFuture().join())
        .hasCauseInstanceOf(KeysUnavailableException.class);
  }

  @Test
  void shouldRejectAnEnvelopeOfAKeyThatNeverWas() {
    byte[] envelope = seal(SUBJECT);
    envelope[5] ^= 1;
    assertThat(open(envelope)).isInstanceOf(Opened.Rejected.class);
  }

  @Test
  void shouldFailTypedWhenErasedUnusableDeniedOrUnavailable() {
    byte[] envelope = seal(SUBJECT);
    KeySubject gone = KeySubject.patient(ORGANISATION, UUID.randomUUID());
    keys.erase(gone);
    assertThatThrownBy(() -> seal(gone)).hasCauseInstanceOf(SubjectErasedException.class);
    KeySubject spoilt = KeySubject.patient(ORGANISATION, UUID.randomUUID());
    keys.spoil(spoilt);
    assertThatThrownBy(() -> seal(spoilt)).hasCauseInstanceOf(KeysUnavailableException.class);
    keys.deny(Purpose.VITALS);
    assertThatThrownBy(() -> seal(SUBJECT)).hasCauseInstanceOf(KeysUnavailableException.class);
    assertThatThrownBy(() -> open(envelope)).hasCauseInstanceOf(KeysUnavailableException.class);
    keys.unavailable(true);
    assertThatThrownBy(() -> seal(SUBJECT)).hasCauseInstanceOf(KeysUnavailableException.class);
  }

  @Test
  void shouldUseOneSaltForEachKeyUntilItIsForgotten() {
    byte[] first = salt(seal(SUBJECT));
    assertThat(salt(seal(SUBJECT))).isEqualTo(first);
    sealers.forget(keys.idOf(SUBJECT));
    assertThat(salt(seal(SUBJECT))).isNotEqualTo(first);
  }

  @Test
  void shouldKeepNoMoreSealersThanItsLimit() {
    byte[] first = salt(seal(SUBJECT));
    seal(KeySubject.device(ORGANISATION, UUID.randomUUID()));
    assertThat(salt(seal(SUBJECT))).isEqualTo(first);
    seal(KeySubject.organisation(ORGANISATION));
    assertThat(salt(seal(SUBJECT))).isNotEqualTo(first);
  }

  @Test
  void shouldTakeTheUtcDayOrThePermanentEpoch() {
    Clock midnight = Clock.fixed(Instant.parse("2026-11-24T00:00:00Z"), ZoneOffset.UTC);
    assertThat(Purpose.VITALS.epoch(midnight)).isEqualTo(20781);
    assertThat(Purpose.RECEIPT.epoch(midnight)).isZero();
    assertThat(Purpose.OBSERVATION_ID.wireName()).isEqualTo("observation-id");
  }

  private byte[] seal(KeySubject subject) {
    return sealing.seal(subject, Purpose.VITALS, CONTEXT, TEXT).toCompletableFuture().join();
  }

  private Opened open(byte[] envelope) {
    return sealing.open(CONTEXT, Purpose.VITALS, envelope).toCompletableFuture().join();
  }

  private static byte[] salt(byte[] envelope) {
    return Arrays.copyOfRange(envelope, 22, 38);
  }
}
