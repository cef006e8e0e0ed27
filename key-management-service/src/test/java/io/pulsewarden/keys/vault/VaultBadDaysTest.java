package io.pulsewarden.keys.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.pulsewarden.keys.LogCapture;
import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekProvider.Refusal;
import io.pulsewarden.keys.kek.KekProvider.ToUnwrap;
import io.pulsewarden.keys.kek.KekProvider.ToWrap;
import io.pulsewarden.keys.kek.KekProvider.Unwrapped;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.secret.SecretBytes;
import io.pulsewarden.vault.VaultConnection;
import io.pulsewarden.vault.VaultLogin;
import io.pulsewarden.vault.VaultSession;
import io.pulsewarden.vault.standin.VaultStandIn;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Vault can do to us, on the stand-in, which does it when told. */
class VaultBadDaysTest {

  private static final KekName KEK = new KekName(UUID.randomUUID(), 5);
  private static final ByteString PLACE = ByteString.copyFromUtf8("place");
  private static final byte[] KEY =
      "canary-key-bytes-canary-key-byte".getBytes(StandardCharsets.US_ASCII);

  @TempDir private Path folder;
  private final MovedClock clock = new MovedClock();
  private final List<Throwable> failures = new ArrayList<>();
  private final LogCapture log = new LogCapture();
  private VaultStandIn server;
  private VaultUnderTest vault;
  private KekProvider provider;

  @BeforeEach
  void start() throws Exception {
    server = VaultStandIn.start(clock);
    vault = VaultUnderTest.standIn(server, folder, clock);
    provider = vault.provider();
  }

  /** Whatever went wrong, nothing of what Vault answered or we sent gets into a log. */
  @AfterEach
  void stop() throws Exception {
    vault.close();
    StringWriter text = new StringWriter();
    text.append(log.text());
    log.close();
    failures.forEach(failure -> failure.printStackTrace(new PrintWriter(text, true)));
    assertThat(text.toString())
        .doesNotContain(VaultStandIn.canaries())
        .doesNotContain(
            Base64.getEncoder().encodeToString(KEY), "batch_input", "\"errors\"", "errors=[");
  }

  /** Otherwise the last of many waits for the logins of all before it, seconds each. */
  @Test
  void shouldFailAllWhoWaitedForALoginThatFailed() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    KekProvider impatient =
        vault.provider(
            new VaultConnection(
                server.url(),
                null,
                () -> {
                  connections.incrementAndGet();
                  return VaultUnderTest.defaultTls();
                },
                Duration.ofSeconds(1)));
    server.hold();
    List<CompletionStage<Void>> checks = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      checks.add(impatient.check());
    }
    for (CompletionStage<Void> check : checks) {
      assertThat(reason(check)).isEqualTo(KekFailure.UNREACHABLE);
    }
    assertThat(connections).hasValueLessThan(4);
    server.release();
    awaitWorking(impatient);
  }

  /** Its second is over soon where the machine pauses: then it is asked again. */
  private static void awaitWorking(KekProvider impatient) {
    await()
        .atMost(VaultUnderTest.PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> impatient.check().toCompletableFuture().join());
  }

  /** A standby that does not forward; the driver follows no redirect. */
  @Test
  void shouldComeAgainToAVaultThatSendsElsewhere() {
    Wrapped wrapped = wrap();
    server.failNext(307);
    assertThat(reason(provider.unwrap(List.of(new ToUnwrap(wrapped, PLACE)))))
        .isEqualTo(KekFailure.BUSY);
    assertThat(unwrap(wrapped)).isInstanceOf(Unwrapped.Key.class);
  }

  @Test
  void shouldSayThatItIsSealedAndWorkWhenItIsNotAnyMore() {
    Wrapped wrapped = wrap();
    server.seal(true);
    assertThat(reason(provider.unwrap(List.of(new ToUnwrap(wrapped, PLACE)))))
        .isEqualTo(KekFailure.SEALED);
    assertThat(reason(provider.check())).isEqualTo(KekFailure.SEALED);
    assertThat(reason(provider.rotate(KEK))).isEqualTo(KekFailure.SEALED);
    assertThat(reason(vault.provider().check())).isEqualTo(KekFailure.SEALED);

    server.seal(false);
    assertThat(unwrap(wrapped)).isInstanceOf(Unwrapped.Key.class);
  }

  @Test
  void shouldGiveUpOnAnAnswerThatDoesNotCome() {
    Wrapped wrapped = wrap();
    KekProvider impatient =
        vault.provider(
            new VaultConnection(
                server.url(), null, VaultUnderTest::defaultTls, Duration.ofSeconds(1)));
    awaitWorking(impatient);
    server.hold();
    try {
      assertThat(reason(impatient.unwrap(List.of(new ToUnwrap(wrapped, PLACE)))))
          .isEqualTo(KekFailure.UNREACHABLE);
    } finally {
      server.release();
    }
  }

  @Test
  void shouldTellForbiddenNotFoundBusyAndUnreachableApart() {
    Wrapped wrapped = wrap();
    for (int busy : List.of(429, 500, 502, 504, 412, 473)) {
      server.failNext(busy);
      assertThat(reason(provider.versions(KEK))).isEqualTo(KekFailure.BUSY);
    }
    server.failNext(503);
    assertThat(reason(provider.versions(KEK))).isEqualTo(KekFailure.SEALED);
    server.failNext(403);
    assertThat(reason(provider.versions(KEK))).isEqualTo(KekFailure.FORBIDDEN);
    server.failNext(404);
    assertThat(reason(provider.versions(KEK))).isEqualTo(KekFailure.NOT_FOUND);
    server.failNext(400);
    assertThat(reason(provider.versions(KEK))).isEqualTo(KekFailure.IMPOSSIBLE);
    server.failNext(400);
    assertThat(reason(provider.unwrap(List.of(new ToUnwrap(wrapped, PLACE)))))
        .isEqualTo(KekFailure.IMPOSSIBLE);
    vaultCloses();
    assertThat(reason(provider.check())).isEqualTo(KekFailure.UNREACHABLE);
  }

  @Test
  void shouldNotTakeAMissingMountForAMissingKey() throws Exception {
    TransitClient elsewhere =
        new TransitClient(
            new VaultSession(
                new VaultConnection(
                    server.url(), null, VaultUnderTest::defaultTls, VaultUnderTest.PATIENCE),
                new VaultLogin.TokenFile(VaultUnderTest.file(folder, "token", VaultStandIn.ROOT)),
                clock),
            "no-such-mount");
    KekProvider lost = new VaultKekProvider(elsewhere, null, Runnable::run);
    assertThat(reason(lost.versions(KEK))).isEqualTo(KekFailure.NOT_FOUND);
    assertThat(reason(lost.check())).isEqualTo(KekFailure.NOT_FOUND);
    assertThat(reason(lost.wrap(List.of(toWrap())))).isEqualTo(KekFailure.NOT_FOUND);
  }

  @Test
  void shouldRenewBeforeTheTokenEndsAndNotLogInAgain() {
    wrap();
    for (int i = 0; i < 5; i++) {
      clock.pass(Duration.ofMinutes(45));
      wrap();
    }
    assertThat(server.requests("login")).isEqualTo(1);
    assertThat(server.requests("renew")).isEqualTo(5);
  }

  @Test
  void shouldLogInAgainWhereRenewalIsForbiddenAndFailNoCall() {
    Wrapped wrapped = wrap();
    server.forbidRenewals();
    clock.pass(Duration.ofMinutes(45));
    assertThat(unwrap(wrapped)).isInstanceOf(Unwrapped.Key.class);
    assertThat(server.requests("renew")).isEqualTo(1);
    assertThat(server.requests("login")).isEqualTo(2);
  }

  @Test
  void shouldGoOnWithALivingTokenWhileNeitherRenewalNorLoginWorks() throws Exception {
    Wrapped wrapped = wrap();
    server.forbidRenewals();
    String secretId = Files.readString(folder.resolve("secret-id"));
    VaultUnderTest.file(folder, "secret-id", "withdrawn");
    clock.pass(Duration.ofMinutes(45));
    assertThat(unwrap(wrapped)).isInstanceOf(Unwrapped.Key.class);
    assertThat(unwrap(wrapped)).isInstanceOf(Unwrapped.Key.class);
    assertThat(server.requests("renew")).isEqualTo(1);

    clock.pass(Duration.ofMinutes(20));
    assertThat(reason(provider.check())).isEqualTo(KekFailure.IMPOSSIBLE);

    VaultUnderTest.file(folder, "secret-id", secretId.strip());
    assertThat(unwrap(wrapped)).isInstanceOf(Unwrapped.Key.class);
  }

  /** What others may read is no secret any more: it is neither read nor sent. */
  @Test
  void shouldNotLogInByASecretIdThatOthersMayRead() throws Exception {
    Wrapped wrapped = wrap();
    Path secretId = folder.resolve("secret-id");
    Files.setPosixFilePermissions(secretId, PosixFilePermissions.fromString("rw-r--r--"));
    server.revokeTokens();
    for (int i = 0; i < 3; i++) {
      assertThat(reason(provider.unwrap(List.of(new ToUnwrap(wrapped, PLACE)))))
          .isEqualTo(KekFailure.FORBIDDEN);
    }
    assertThat(server.requests("login")).isEqualTo(1);
    assertThat(log.text()).as("said once").containsOnlyOnce("chmod 600 " + secretId);

    Files.setPosixFilePermissions(secretId, PosixFilePermissions.fromString("rw-------"));
    assertThat(unwrap(wrapped)).isInstanceOf(Unwrapped.Key.class);
    assertThat(server.requests("login")).isEqualTo(2);
  }

  @Test
  void shouldReplaceATokenThatWasRevoked() {
    Wrapped wrapped = wrap();
    server.revokeTokens();
    assertThat(unwrap(wrapped)).isInstanceOf(Unwrapped.Key.class);
    assertThat(server.requests("login")).isEqualTo(2);
  }

  @Test
  void shouldNotLogInAgainBecauseARequestIsForbidden() {
    wrap();
    for (int i = 0; i < 3; i++) {
      server.failNext(403);
      assertThat(reason(provider.rotate(KEK))).isEqualTo(KekFailure.FORBIDDEN);
    }
    assertThat(server.requests("login")).isEqualTo(1);
  }

  @Test
  void shouldSurviveAClockThatJumps() {
    Wrapped wrapped = wrap();
    clock.pass(Duration.ofDays(400));
    assertThat(unwrap(wrapped)).isInstanceOf(Unwrapped.Key.class);
    clock.pass(Duration.ofDays(-800));
    assertThat(unwrap(wrapped)).isInstanceOf(Unwrapped.Key.class);
    server.revokeTokens();
    assertThat(unwrap(wrapped)).isInstanceOf(Unwrapped.Key.class);
  }

  @Test
  void shouldNameAVersionThatAnOperatorTrimmedByMistake() {
    Wrapped first = wrap();
    provider.rotate(KEK).toCompletableFuture().join();
    Wrapped second = wrap();
    server.key(KEK.toString()).lose(2);

    assertThat(unwrap(first)).isEqualTo(new Unwrapped.Refused(Refusal.TRIMMED));
    assertThat(unwrap(second)).isInstanceOf(Unwrapped.Key.class);
    assertThat(provider.missing(List.of(first.kek(), second.kek())).toCompletableFuture().join())
        .containsExactly(first.kek());
  }

  @Test
  void shouldAskOnceForAThousandKeysOfOneKek() {
    List<Wrapped> wrapped =
        provider
            .wrap(java.util.stream.Stream.generate(this::toWrap).limit(1000).toList())
            .toCompletableFuture()
            .join();
    assertThat(server.requests("encrypt")).isEqualTo(1);

    List<Unwrapped> keys =
        provider
            .unwrap(wrapped.stream().map(each -> new ToUnwrap(each, PLACE)).toList())
            .toCompletableFuture()
            .join();
    assertThat(server.requests("decrypt")).isEqualTo(1);
    assertThat(keys).hasSize(1000).allMatch(Unwrapped.Key.class::isInstance);

    provider
        .wrap(java.util.stream.Stream.generate(this::toWrap).limit(1001).toList())
        .toCompletableFuture()
        .join();
    assertThat(server.requests("encrypt")).isEqualTo(3);
  }

  @Test
  void shouldNotTrimByTheServicesRole() {
    wrap();
    provider.rotate(KEK).toCompletableFuture().join();
    KekProvider without = new VaultKekProvider(vault.transit(), null, Runnable::run);
    assertThat(reason(without.trim(KEK, 2))).isEqualTo(KekFailure.FORBIDDEN);
    KekProvider wrongRole = new VaultKekProvider(vault.transit(), vault.transit(), Runnable::run);
    assertThat(reason(wrongRole.trim(KEK, 2))).isEqualTo(KekFailure.FORBIDDEN);
    assertThat(server.key(KEK.toString()).minAvailable()).isZero();
  }

  @Test
  void shouldGoOnWithATrimThatStoppedHalfway() {
    wrap();
    provider.rotate(KEK).toCompletableFuture().join();
    // The read and the new minimum are served, the trim is not.
    server.key(KEK.toString()).configure(2, 2);
    assertThat(server.key(KEK.toString()).minAvailable()).isZero();
    provider.trim(KEK, 2).toCompletableFuture().join();
    assertThat(server.key(KEK.toString()).minAvailable()).isEqualTo(2);
  }

  @Test
  void shouldLogInByKubernetesToo() throws Exception {
    server.allowPods("key-management", "pulsewarden-keys");
    VaultLogin pod =
        new VaultLogin.Kubernetes(
            "kubernetes", "key-management", VaultUnderTest.file(folder, "jwt", VaultStandIn.JWT));
    assertThat(
            new VaultKekProvider(
                    new TransitClient(session(server.url(), pod), VaultUnderTest.STAND_IN_MOUNT),
                    null,
                    Runnable::run)
                .check()
                .toCompletableFuture())
        .isCompleted();
  }

  private VaultSession session(URI url, VaultLogin login) {
    return new VaultSession(
        new VaultConnection(url, null, VaultUnderTest::defaultTls, VaultUnderTest.PATIENCE),
        login,
        clock);
  }

  private void vaultCloses() {
    server.close();
  }

  private ToWrap toWrap() {
    return new ToWrap(KEK, SecretBytes.copyOf(KEY), PLACE);
  }

  private Wrapped wrap() {
    return provider.wrap(List.of(toWrap())).toCompletableFuture().join().getFirst();
  }

  private Unwrapped unwrap(Wrapped wrapped) {
    return provider
        .unwrap(List.of(new ToUnwrap(wrapped, PLACE)))
        .toCompletableFuture()
        .join()
        .getFirst();
  }

  private KekFailure reason(CompletionStage<?> stage) {
    try {
      stage.toCompletableFuture().join();
    } catch (CompletionException failed) {
      failures.add(failed);
      if (failed.getCause() instanceof KekUnavailableException unavailable) {
        return unavailable.reason();
      }
    }
    throw new AssertionError("it should have failed with a reason");
  }
}
