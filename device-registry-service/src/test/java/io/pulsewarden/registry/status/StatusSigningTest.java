package io.pulsewarden.registry.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.registry.ca.AuthorityUnderTest;
import io.pulsewarden.registry.ca.CertificateAuthority;
import io.pulsewarden.registry.ca.CertificateAuthorityException;
import io.pulsewarden.registry.ca.CertificatePem;
import io.pulsewarden.registry.ca.DeviceName;
import io.pulsewarden.registry.ca.NextIssuer;
import io.pulsewarden.registry.ca.RevocationList;
import io.pulsewarden.registry.csr.AcceptedCsr;
import io.pulsewarden.registry.testing.Command;
import io.pulsewarden.registry.testing.Csr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OCSP answers by either authority, as openssl reads them; and by one that goes away. */
class StatusSigningTest {

  private static final Instant REVOKED_AT = Instant.parse("2026-10-01T10:20:30Z");

  @TempDir Path folder;

  @Test
  void shouldAnswerByTheEmbeddedAuthority() throws Exception {
    try (AuthorityUnderTest embedded = AuthorityUnderTest.embedded(folder)) {
      requireAnswersThatOpensslAccepts(embedded);
    }
  }

  @Test
  void shouldAnswerByVault() throws Exception {
    try (AuthorityUnderTest vault = AuthorityUnderTest.vault(folder)) {
      requireAnswersThatOpensslAccepts(vault);
    }
  }

  private void requireAnswersThatOpensslAccepts(AuthorityUnderTest under) throws Exception {
    CertificateAuthority authority = under.authority();
    CertificateAuthority.Issued issued = under.issue(Csr.fresh());
    write("issuer.pem", issued.issuer());
    write("root.pem", authority.trustChain().getLast());
    write("device.pem", issued.certificate());
    Command.run(
        folder,
        "openssl ocsp -issuer issuer.pem -cert device.pem -no_nonce -reqout question.der"
            .split(" "));
    StatusQuestion question =
        StatusQuestion.parse(Files.readAllBytes(folder.resolve("question.der"))).orElseThrow();
    StatusSigners.Signer signer =
        new StatusSigners(authority, Clock.systemUTC()).of(issued.issuer());

    assertThat(read(question, signer, new CertificateStatus.Good(UUID.randomUUID())))
        .contains("Response verify OK")
        .contains("device.pem: good");
    assertThat(
            read(question, signer, new CertificateStatus.Revoked(UUID.randomUUID(), REVOKED_AT, 1)))
        .contains("Response verify OK")
        .contains("device.pem: revoked")
        .contains("Reason: keyCompromise")
        .contains("Revocation Time: Oct  1 10:20:30 2026 GMT");
  }

  private String read(
      StatusQuestion question, StatusSigners.Signer signer, CertificateStatus status)
      throws IOException {
    Instant now = Instant.now();
    StatusAnswer answer =
        OcspSigning.sign(
            List.of(new OcspSigning.Known(question.ids().getFirst(), status)),
            Optional.empty(),
            signer,
            now,
            now.plusSeconds(3600));
    Files.write(folder.resolve("answer.der"), answer.der());
    return Command.run(
            folder,
            ("openssl ocsp -respin answer.der -issuer issuer.pem -cert device.pem"
                    + " -CAfile root.pem -verify_other issuer.pem")
                .split(" "))
        .output();
  }

  private void write(String name, X509Certificate certificate) throws IOException {
    Files.writeString(folder.resolve(name), CertificatePem.write(certificate));
  }

  /** A week's certificate outlives an outage of Vault, and Vault is not asked at each question. */
  @Test
  void shouldGoOnWithASignerThatHoldsWhileNoNewOneCanBeHad() throws Exception {
    try (AuthorityUnderTest embedded = AuthorityUnderTest.embedded(folder)) {
      GoesAway authority = new GoesAway(embedded.authority());
      MovedClock clock = new MovedClock();
      StatusSigners signers = new StatusSigners(authority, clock, Runnable::run);
      X509Certificate issuer = authority.issuers().getFirst();
      StatusSigners.Signer first = signers.of(issuer);
      authority.away = true;

      clock.pass(Duration.ofDays(6));
      assertThat(signers.of(issuer)).isEqualTo(first);
      assertThat(signers.of(issuer)).isEqualTo(first);
      assertThat(authority.asked).isEqualTo(2);
      clock.pass(Duration.ofMinutes(2));
      assertThat(signers.of(issuer)).isEqualTo(first);
      assertThat(authority.asked).isEqualTo(3);

      clock.pass(Duration.ofDays(2));
      assertThatThrownBy(() -> signers.of(issuer))
          .isInstanceOf(CertificateAuthorityException.class);
      authority.away = false;
      assertThat(signers.of(issuer)).isNotEqualTo(first);
    }
  }

  /** Another authority that can be away. */
  private static final class GoesAway implements CertificateAuthority {

    private final CertificateAuthority there;
    private boolean away;
    private int asked;

    GoesAway(CertificateAuthority there) {
      this.there = there;
    }

    @Override
    public X509Certificate issueStatusSigner(X509Certificate issuer, KeyPair keys) {
      asked++;
      if (away) {
        throw new CertificateAuthorityException("away");
      }
      return there.issueStatusSigner(issuer, keys);
    }

    @Override
    public Issued issue(DeviceName name, AcceptedCsr csr) {
      return there.issue(name, csr);
    }

    @Override
    public X509CRL signRevocations(X509Certificate issuer, RevocationList list) {
      return there.signRevocations(issuer, list);
    }

    @Override
    public List<X509Certificate> issuers() {
      return there.issuers();
    }

    @Override
    public NextIssuer introduceIssuer() {
      return there.introduceIssuer();
    }

    @Override
    public void takeUpIssuers() {
      there.takeUpIssuers();
    }

    @Override
    public List<X509Certificate> trustChain() {
      return there.trustChain();
    }
  }
}
