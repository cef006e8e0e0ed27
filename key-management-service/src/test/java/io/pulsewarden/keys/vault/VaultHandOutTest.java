package io.pulsewarden.keys.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.keys.handout.HandOutUnderTest;
import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKeys;
import io.pulsewarden.keys.subject.SubjectKeysUnderTest;
import io.pulsewarden.keys.subject.SubjectKind;
import io.pulsewarden.keys.subject.WrapContext;
import io.pulsewarden.vault.VaultConnection;
import io.pulsewarden.vault.standin.VaultStandIn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hand-outs on a Vault that has bad days: what goes on, what is refused by name, what health says.
 */
class VaultHandOutTest {

  private static final UUID ORGANISATION = UUID.randomUUID();

  @TempDir private Path folder;
  private final MovedClock clock = new MovedClock();
  private final SubjectKeysUnderTest rows = new SubjectKeysUnderTest(clock);
  private VaultStandIn server;
  private VaultUnderTest vault;
  private KekProvider keks;
  private SubjectKeys keys;
  private HandOutUnderTest handOut;

  @BeforeEach
  void start() throws Exception {
    server = VaultStandIn.start(clock);
    vault = VaultUnderTest.standIn(server, folder, clock);
    keks = vault.provider();
    begin();
  }

  @AfterEach
  void stop() throws Exception {
    vault.close();
  }

  /** A service with nothing in memory. */
  private void begin() {
    keys = rows.life(keks);
    handOut = new HandOutUnderTest(keys, clock);
  }

  @Test
  void shouldAskOnceForAllOfAShardWhenColdAndNeverWhenWarm() {
    List<Subject> patients = Stream.generate(VaultHandOutTest::patient).limit(1000).toList();
    int shards = (int) SubjectKeysUnderTest.shards(patients);
    assertThat(shards).isEqualTo(16);
    assertThat(handOut.current(patients, today())).containsOnly("ok");
    assertThat(server.requests("encrypt")).isEqualTo(shards);
    assertThat(server.requests("decrypt")).isZero();

    begin();
    assertThat(handOut.current(patients, today())).hasSize(1000).containsOnly("ok");
    assertThat(server.requests("decrypt")).isEqualTo(shards);
    assertThat(handOut.current(patients, today() + 1)).containsOnly("ok");
    assertThat(handOut.current(patients, today())).containsOnly("ok");
    assertThat(server.requests("decrypt")).isEqualTo(shards);
    assertThat(handOut.recorded()).isEqualTo(3000);
    assertThat(handOut.heldUntil()).isEqualTo(clock.instant().plus(Duration.ofHours(1)));
  }

  @Test
  void shouldServeWhatIsInMemoryWhileVaultIsSealedAndSaySo() {
    Subject warm = patient();
    Subject cold = patient();
    handOut.current(List.of(warm, cold), today());
    keys.forget(Set.of(rows.idOf(cold)));
    int before = handOut.recorded();
    server.seal(true);

    assertThat(handOut.current(List.of(warm), today())).containsExactly("ok");
    assertThat(failure(List.of(cold))).isEqualTo(KekFailure.SEALED);
    assertThat(failure(List.of(patient()))).as("a new patient").isEqualTo(KekFailure.SEALED);
    assertThat(SubjectKeysUnderTest.health(keys)).isEqualTo("sealed");
    clock.pass(Duration.ofMinutes(5));
    assertThat(failure(List.of(warm))).isEqualTo(KekFailure.SEALED);
    assertThat(handOut.recorded()).as("nothing left without Vault").isEqualTo(before + 1);

    server.seal(false);
    assertThat(handOut.current(List.of(warm, cold), today())).containsExactly("ok", "ok");
    assertThat(SubjectKeysUnderTest.health(keys)).isEqualTo("up");
  }

  /** Ten seconds or an hour: what counts is that the configured time is over first. */
  @Test
  void shouldServeWhatIsInMemoryWhileVaultDoesNotAnswerInTime() {
    Subject warm = patient();
    Subject cold = patient();
    handOut.current(List.of(warm, cold), today());
    SubjectKeys impatient =
        rows.life(
            vault.provider(
                new VaultConnection(
                    server.url(), null, VaultUnderTest::defaultTls, Duration.ofSeconds(1))));
    server.hold();
    try {
      assertThat(handOut.current(List.of(warm), today())).containsExactly("ok");
      assertThat(failure(new HandOutUnderTest(impatient, clock), List.of(cold)))
          .isEqualTo(KekFailure.UNREACHABLE);
      assertThat(SubjectKeysUnderTest.health(impatient)).isIn("unreachable", "no-answer");
    } finally {
      server.release();
    }
    begin();
    assertThat(handOut.current(List.of(cold), today())).containsExactly("ok");
    assertThat(SubjectKeysUnderTest.health(keys)).isEqualTo("up");
  }

  @Test
  void shouldFailNoRequestWhereRenewalIsForbidden() {
    List<Subject> patients = List.of(patient(), patient());
    handOut.current(patients, today());
    server.forbidRenewals();
    clock.pass(Duration.ofMinutes(45));
    assertThat(handOut.current(patients, today())).containsExactly("ok", "ok");
    assertThat(server.requests("renew")).isEqualTo(1);
    assertThat(server.requests("login")).isEqualTo(2);
    assertThat(SubjectKeysUnderTest.health(keys)).isEqualTo("up");
  }

  @Test
  void shouldNameAVersionThatWasTrimmedByMistakeAndServeAllOthers() {
    Subject lost = patient();
    KekName kek = WrapContext.kek(lost);
    handOut.current(List.of(lost), today());
    keks.rotate(kek).toCompletableFuture().join();
    Subject same =
        Stream.generate(VaultHandOutTest::patient).filter(in(kek)).findFirst().orElseThrow();
    handOut.current(List.of(same), today());
    server.key(kek.toString()).lose(2);
    keys.forgetAll();

    assertThat(handOut.current(List.of(lost, same, patient()), today()))
        .containsExactly("unusable", "ok", "ok");
    assertThat(SubjectKeysUnderTest.health(keys)).isEqualTo("incomplete");

    // Whoever starts now does not know whether KEKs were lost or others put in their place.
    begin();
    assertThat(failure(List.of(same))).isEqualTo(KekFailure.INCOMPLETE);
    assertThat(server.key(kek.toString()).latest()).as("nothing is done about it").isEqualTo(2);
  }

  /** Where an older snapshot of Vault was put in place while we run. */
  @Test
  void shouldNotBeginALostKekAnewUnderTheRowsThatNeedIt() {
    Subject known = patient();
    KekName kek = WrapContext.kek(known);
    handOut.current(List.of(known), today());
    Subject next =
        Stream.generate(VaultHandOutTest::patient).filter(in(kek)).findFirst().orElseThrow();
    server.loseKey(kek.toString());

    assertThat(failure(List.of(next))).as("none is made").isEqualTo(KekFailure.FORBIDDEN);
    assertThat(handOut.current(List.of(next), today())).containsExactly("unusable");
    assertThat(SubjectKeysUnderTest.health(keys)).isEqualTo("incomplete");
    assertThatThrownBy(() -> server.key(kek.toString())).hasMessage("no such key");
    Subject elsewhere =
        Stream.generate(VaultHandOutTest::patient)
            .filter(in(kek).negate())
            .findFirst()
            .orElseThrow();
    assertThat(handOut.current(List.of(elsewhere), today())).as("others").containsExactly("ok");
    assertThat(handOut.current(List.of(known), today())).as("in memory").containsExactly("ok");
  }

  /** The one that made it would be told by Vault; this one never wrapped with it. */
  @Test
  void shouldNotBeginALostKekAnewThatAnotherInstanceMade() {
    Subject known = patient();
    KekName kek = WrapContext.kek(known);
    SubjectKeys second = rows.life(vault.provider());
    HandOutUnderTest other = new HandOutUnderTest(second, clock);
    Subject elsewhere = of(in(kek).negate());
    assertThat(other.current(List.of(elsewhere), today())).as("begun before").containsExactly("ok");
    handOut.current(List.of(known), today());
    server.loseKey(kek.toString());

    assertThat(other.current(List.of(of(in(kek)), of(in(kek).negate()), elsewhere), today()))
        .as("it keeps nobody else waiting")
        .containsExactly("unusable", "ok", "ok");
    assertThatThrownBy(() -> server.key(kek.toString())).hasMessage("no such key");
    assertThat(SubjectKeysUnderTest.health(second)).isEqualTo("incomplete");
    assertThat(other.current(List.of(of(in(kek))), today())).containsExactly("unusable");
  }

  private static Subject of(Predicate<Subject> wanted) {
    return Stream.generate(VaultHandOutTest::patient).filter(wanted).findFirst().orElseThrow();
  }

  @Test
  void shouldHandNothingOutForAFutureThatOnlyAWrongClockSees() {
    Subject patient = patient();
    int today = today();
    handOut.current(List.of(patient), today);

    clock.pass(Duration.ofDays(-3));
    assertThat(handOut.current(List.of(patient), today)).containsExactly("denied");
    assertThat(handOut.current(List.of(patient), today())).containsExactly("ok");
    assertThat(handOut.heldUntil()).isEqualTo(clock.instant().plus(Duration.ofHours(1)));

    clock.pass(Duration.ofDays(400));
    assertThat(handOut.current(List.of(patient), today)).containsExactly("ok");
    assertThat(handOut.heldUntil()).isEqualTo(clock.instant().plus(Duration.ofHours(1)));
  }

  @Test
  void shouldBeginAnewWhereAKeyWasRotatedUnderARequestsHands() {
    Subject patient = patient();
    handOut.current(List.of(patient), today());
    int decrypted = server.requests("decrypt");
    handOut.rotatedElsewhere(rows.idOf(patient));
    assertThat(handOut.current(List.of(patient), today())).containsExactly("ok");
    assertThat(server.requests("decrypt")).as("not from memory").isEqualTo(decrypted + 1);
  }

  private static Predicate<Subject> in(KekName kek) {
    return subject -> WrapContext.kek(subject).equals(kek);
  }

  private KekFailure failure(List<Subject> subjects) {
    return failure(handOut, subjects);
  }

  private KekFailure failure(HandOutUnderTest handOut, List<Subject> subjects) {
    try {
      throw new AssertionError("it was answered: " + handOut.current(subjects, today()));
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof KekUnavailableException unavailable) {
        return unavailable.reason();
      }
      throw failed;
    }
  }

  private int today() {
    return (int) Math.floorDiv(clock.instant().getEpochSecond(), Duration.ofDays(1).toSeconds());
  }

  private static Subject patient() {
    return new Subject(ORGANISATION, SubjectKind.PATIENT, UUID.randomUUID());
  }
}
