package io.pulsewarden.registry.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.registry.testing.Asn1;
import io.pulsewarden.registry.testing.HomeMade;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Whatever is sent is a question or none: no exception, no endless work. What is taken for a
 * question can be answered.
 */
class StatusQuestionFuzzTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final HomeMade CA =
      HomeMade.device(UUID.randomUUID(), UUID.randomUUID(), NOW, NOW.plusSeconds(3_600));
  private static final byte[] GOOD = question();

  @Example
  void shouldReadAGoodQuestion() throws Exception {
    Optional<StatusQuestion> question = StatusQuestion.parse(GOOD);

    assertThat(question).isPresent();
    assertAnswerable(question.get());
  }

  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF, seed = "20261123")
  void shouldTakeNoBytesForAQuestion(@ForAll @Size(max = 600) byte[] bytes) {
    assertThat(StatusQuestion.parse(bytes)).isEmpty();
  }

  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF, seed = "20261123")
  void shouldTakeNoStructureForAQuestionThatIsNone(@ForAll long seed) throws Exception {
    Optional<StatusQuestion> question = StatusQuestion.parse(Asn1.structure(new Random(seed)));

    if (question.isPresent()) {
      assertAnswerable(question.get());
    }
  }

  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF, seed = "20261123")
  void shouldAnswerWhateverItStillTakesOfAGoodQuestionWithForeignBytesInIt(
      @ForAll @IntRange(max = 160) int at,
      @ForAll @IntRange(max = 30) int cut,
      @ForAll @Size(max = 30) byte[] foreign)
      throws Exception {
    Optional<StatusQuestion> question = StatusQuestion.parse(Asn1.spliced(GOOD, at, cut, foreign));

    if (question.isPresent()) {
      assertAnswerable(question.get());
    }
  }

  /** One byte of each place, as one that is wrong is the hardest to see. */
  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF, seed = "20261123")
  void shouldAnswerWhateverItStillTakesOfAGoodQuestionWithAnotherByte(
      @ForAll @IntRange(max = 160) int at, @ForAll byte other) throws Exception {
    Optional<StatusQuestion> question =
        StatusQuestion.parse(Asn1.spliced(GOOD, at, 1, new byte[] {other}));

    if (question.isPresent()) {
      assertAnswerable(question.get());
    }
  }

  @Example
  void shouldTakeNoDeepNestForAQuestion() {
    byte[] deep = Asn1.nested(new byte[] {5, 0}, 900);
    assertThat(deep.length).isBetween(StatusQuestion.MAX_LENGTH / 2, StatusQuestion.MAX_LENGTH);

    assertThat(StatusQuestion.parse(deep)).isEmpty();
  }

  /** What the responder does with it: compare hashes, look a number up, sign. */
  private static void assertAnswerable(StatusQuestion question) throws Exception {
    assertThat(question.ids()).isNotEmpty();
    question
        .ids()
        .forEach(
            id -> {
              assertThat(id.getHashAlgorithm().getAlgorithm().getId()).isNotEmpty();
              assertThat(id.getIssuerKeyHash().getOctets()).isNotNull();
              assertThat(id.getIssuerNameHash().getOctets()).isNotNull();
              assertThat(id.getSerialNumber().getValue().toString(16)).isNotEmpty();
            });
    StatusAnswer answer =
        OcspSigning.sign(
            question.ids().stream().map(id -> new OcspSigning.Known(id, null)).toList(),
            question.nonce(),
            new StatusSigners.Signer(CA.certificate(), CA.keys().getPrivate()),
            NOW,
            NOW.plusSeconds(60));
    BasicOCSPResp read = (BasicOCSPResp) new OCSPResp(answer.der()).getResponseObject();
    assertThat(List.of(read.getResponses())).hasSameSizeAs(question.ids());
  }

  private static byte[] question() {
    try {
      byte[] nonce = new byte[32];
      new SecureRandom().nextBytes(nonce);
      return new OCSPReqBuilder()
          .addRequest(
              new CertificateID(
                  new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1),
                  new JcaX509CertificateHolder(CA.certificate()),
                  BigInteger.valueOf(4711)))
          .setRequestExtensions(
              new Extensions(
                  new Extension(
                      OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                      false,
                      new DEROctetString(nonce).getEncoded())))
          .build()
          .getEncoded();
    } catch (Exception broken) {
      throw new IllegalStateException(broken);
    }
  }
}
