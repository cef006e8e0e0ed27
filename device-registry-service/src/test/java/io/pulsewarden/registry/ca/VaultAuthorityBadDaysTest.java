package io.pulsewarden.registry.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jopenlibs.vault.json.JsonArray;
import io.pulsewarden.registry.csr.AcceptedCsr;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.vault.standin.VaultStandIn;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Vault can do to the registry, on the stand-in, which does it when told. */
class VaultAuthorityBadDaysTest {

  private static final DeviceName NAME = new DeviceName(UUID.randomUUID(), UUID.randomUUID());
  private static final Duration LIFETIME = Duration.ofDays(90);
  private static final StatusLocations LOCATIONS = new StatusLocations(Optional.empty());

  @TempDir private Path folder;
  private final MovedClock clock = new MovedClock();
  private final List<Throwable> failures = new ArrayList<>();
  private VaultStandIn server;
  private VaultPkiUnderTest vault;
  private CertificateAuthority authority;

  @BeforeEach
  void start() throws Exception {
    server = VaultStandIn.start(clock);
    vault = VaultPkiUnderTest.standIn(server, folder, LOCATIONS, clock);
    authority = vault.authority(LIFETIME, Runnable::run);
  }

  /** Whatever went wrong, nothing of what Vault answered or we sent gets into a log. */
  @AfterEach
  void stop() throws Exception {
    vault.close();
    StringWriter text = new StringWriter();
    failures.forEach(failure -> failure.printStackTrace(new PrintWriter(text, true)));
    assertThat(text.toString())
        .doesNotContain(VaultStandIn.canaries())
        .doesNotContain("BEGIN CERTIFICATE", "errors");
  }

  @Test
  void shouldSayThatItIsSealedAndSignWhenItIsNotAnyMore() {
    X509Certificate issuer = issue().issuer();
    server.seal(true);
    assertThat(reason(this::issue)).isEqualTo(AuthorityFailure.SEALED);
    assertThat(reason(() -> list(issuer))).isEqualTo(AuthorityFailure.SEALED);
    assertThat(reason(() -> signer(issuer))).isEqualTo(AuthorityFailure.SEALED);
    assertThat(reason(() -> authority.introduceIssuer())).isEqualTo(AuthorityFailure.SEALED);
    assertThat(reason(() -> vault.authority(LIFETIME, Runnable::run)))
        .isEqualTo(AuthorityFailure.SEALED);

    server.seal(false);
    assertThat(issue().issuer()).isEqualTo(issuer);
  }

  @Test
  void shouldTellForbiddenNotFoundBusyAndUnreachableApart() {
    for (int busy : List.of(429, 500, 502, 504, 412, 473)) {
      server.failNext(busy);
      assertThat(reason(this::issue)).isEqualTo(AuthorityFailure.BUSY);
    }
    server.failNext(503);
    assertThat(reason(this::issue)).isEqualTo(AuthorityFailure.SEALED);
    server.failNext(403);
    assertThat(reason(this::issue)).isEqualTo(AuthorityFailure.FORBIDDEN);
    server.failNext(404);
    assertThat(reason(this::issue)).isEqualTo(AuthorityFailure.NOT_FOUND);
    server.failNext(400, 400);
    assertThat(reason(this::issue)).isEqualTo(AuthorityFailure.IMPOSSIBLE);
    server.close();
    assertThat(reason(this::issue)).isEqualTo(AuthorityFailure.UNREACHABLE);
  }

  @Test
  void shouldGiveUpOnAnAnswerThatDoesNotCome() {
    CertificateAuthority impatient =
        vault.authority(LIFETIME, Runnable::run, Duration.ofSeconds(5));
    server.hold();
    try {
      assertThat(reason(() -> impatient.issue(NAME, csr())))
          .isEqualTo(AuthorityFailure.UNREACHABLE);
    } finally {
      server.release();
    }
  }

  @Test
  void shouldWriteARoleAgainThatSomebodyRemoved() {
    issue();
    server.forgetRoles();

    assertThat(issue().certificate().getSubjectX500Principal().getName())
        .contains(NAME.organisationId().toString());
  }

  /** Whoever changes Vault's configuration must not change what a device certificate says. */
  @Test
  void shouldNotLetOutWhatIsOfAnotherProfileAndRepairTheRole() {
    issue();
    String role = "roles/" + VaultRoles.name(NAME.organisationId());
    Map<String, Map<String, Object>> changes =
        Map.of(
            "2.5.29.37", changed("server_flag", true),
            "subject", changed("organization", list("somebody else")),
            "2.5.29.15", changed("key_usage", list("KeyAgreement")),
            "extensions", changed("basic_constraints_valid_for_non_ca", false),
            "notBefore", changed("not_before_duration", "48h"),
            "2.5.29.17", changed("use_csr_sans", true));
    changes.forEach(
        (part, change) -> {
          vault.operatorsWrite(role, change);
          assertThatThrownBy(() -> authority.issue(NAME, namedElsewhere()))
              .as(part)
              .isInstanceOfSatisfying(
                  CertificateAuthorityException.class,
                  failed -> assertThat(failed.reason()).isEqualTo(AuthorityFailure.OTHER_PROFILE))
              .hasMessageEndingWith(": " + part);
          assertThat(issue()).isNotNull();
        });
  }

  @Test
  void shouldNameTheAddressesThatVaultLacks() {
    StatusLocations stated = new StatusLocations(Optional.of(URI.create("http://status.test")));
    CertificateAuthority other =
        vault.authority(LIFETIME, Runnable::run, VaultPkiUnderTest.PATIENCE, stated);

    assertThatThrownBy(() -> other.issue(NAME, csr()))
        .isInstanceOf(CertificateAuthorityException.class)
        .hasMessageContaining("another profile than ours: extensions");
  }

  /** A root does not sign devices: it should not even be reachable. */
  @Test
  void shouldNotStartOnARootThatWouldSignDevices() {
    vault.makeDefault(vault.rootId());

    assertThat(reason(() -> vault.authority(LIFETIME, Runnable::run)))
        .isEqualTo(AuthorityFailure.NOT_FOUND);
  }

  @Test
  void shouldSayThatNobodyMadeAnotherIssuer() {
    assertThat(authority.introduceIssuer()).isEqualTo(new NextIssuer.Unchanged());
  }

  /** The other instance was told by an administrator; this one looks again after a minute. */
  @Test
  void shouldFollowAnotherInstanceToTheNextIssuer() {
    X509Certificate first = authority.issuers().getFirst();
    CertificateAuthority another = vault.authority(LIFETIME, Runnable::run);
    vault.addIssuer(Duration.ofDays(500));
    X509Certificate next = ((NextIssuer.Introduced) another.introduceIssuer()).certificate();
    assertThat(authority.issuers()).containsExactly(first);

    clock.pass(Duration.ofMinutes(2));
    authority.issuers();

    assertThat(authority.issuers()).containsExactly(next, first);
    assertThat(issue().issuer()).isEqualTo(next);
  }

  @Test
  void shouldKnowItsIssuersWhileVaultIsAway() {
    List<X509Certificate> known = authority.issuers();
    List<X509Certificate> chain = authority.trustChain();
    server.seal(true);
    clock.pass(Duration.ofMinutes(2));

    assertThat(authority.issuers()).isEqualTo(known);
    assertThat(authority.trustChain()).isEqualTo(chain).hasSize(2).contains(vault.root());
  }

  @Test
  void shouldForgetAnIssuerThatExpired() {
    vault.addIssuer(Duration.ofDays(2));
    authority.introduceIssuer();
    assertThat(authority.issuers()).hasSize(2);

    clock.pass(Duration.ofDays(3));

    assertThat(authority.issuers()).hasSize(1);
  }

  private static Map<String, Object> changed(String field, Object value) {
    Map<String, Object> role = new java.util.HashMap<>(VaultRoles.role(NAME.organisationId()));
    role.put(field, value);
    return role;
  }

  private static JsonArray list(String value) {
    return new JsonArray().add(value);
  }

  private static AcceptedCsr csr() {
    return CertificateAuthorityContract.csr(Csr.naming("CN=x"));
  }

  private static AcceptedCsr namedElsewhere() {
    return CertificateAuthorityContract.csr(
        Csr.naming("CN=x")
            .extension(
                Extension.subjectAlternativeName,
                new GeneralNames(new GeneralName(GeneralName.dNSName, "elsewhere.example"))));
  }

  private CertificateAuthority.Issued issue() {
    return authority.issue(NAME, csr());
  }

  private void list(X509Certificate issuer) {
    Instant now = clock.instant();
    authority.signRevocations(
        issuer,
        new RevocationList(
            BigInteger.ONE, now, now.plusSeconds(3600), Optional.empty(), List.of()));
  }

  private void signer(X509Certificate issuer) {
    authority.issueStatusSigner(issuer, Csr.of(Csr.ec("secp256r1")).keys());
  }

  private AuthorityFailure reason(Runnable work) {
    try {
      work.run();
    } catch (CertificateAuthorityException failed) {
      failures.add(failed);
      return failed.reason();
    }
    throw new AssertionError("it should have failed with a reason");
  }
}
