package io.pulsewarden.registry.csr;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.registry.testing.Csr;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CsrPolicyTest {

  private static final KeyPair EC = Csr.ec("secp256r1");
  private static final KeyPair RSA = Csr.generate("RSA", 2048);

  private final CsrPolicy policy = new CsrPolicy();

  static Stream<Named<Csr>> good() {
    return Stream.of(
        Named.of("P-256", Csr.of(EC)),
        Named.of("P-384", Csr.of(Csr.ec("secp384r1")).algorithm("SHA384withECDSA")),
        Named.of("RSA 2048", Csr.of(RSA)),
        Named.of("RSA and SHA-512", Csr.of(RSA).algorithm("SHA512withRSA")),
        Named.of(
            "with a challenge",
            Csr.of(EC)
                .attribute(
                    PKCSObjectIdentifiers.pkcs_9_at_challengePassword,
                    new DERPrintableString("tls-unique"))),
        Named.of(
            "with a SAN",
            Csr.of(EC)
                .extension(
                    Extension.subjectAlternativeName,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, "elsewhere")))),
        Named.of(
            "with a key usage",
            Csr.of(EC).extension(Extension.keyUsage, new KeyUsage(KeyUsage.digitalSignature))),
        Named.of(
            "not for a CA",
            Csr.of(EC).extension(Extension.basicConstraints, new BasicConstraints(false))));
  }

  @ParameterizedTest
  @MethodSource("good")
  void shouldAcceptGoodRequests(Csr csr) {
    assertThat(policy.judge(csr.base64()))
        .isInstanceOfSatisfying(
            CsrVerdict.Accepted.class,
            accepted ->
                assertThat(accepted.csr().publicKey().getEncoded())
                    .isEqualTo(csr.keys().getPublic().getEncoded()));
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        of("Ed25519", CsrRule.KEY_ALGORITHM, edwards()),
        of("DSA", CsrRule.KEY_ALGORITHM, unsigned(dsa())),
        of("P-521", CsrRule.CURVE, Csr.of(Csr.ec("secp521r1")).der()),
        of("a curve of the sender's own", CsrRule.CURVE, unsigned(explicitCurve())),
        of("a point beside the curve", CsrRule.POINT, unsigned(point(0x04, 64))),
        of("a point cut short", CsrRule.POINT, unsigned(point(0x04, 10))),
        of("the point at infinity", CsrRule.POINT, unsigned(point(0x00, 0))),
        of("RSA 1024", CsrRule.RSA_TOO_SMALL, Csr.of(Csr.generate("RSA", 1024)).der()),
        of("RSA 8192", CsrRule.RSA_TOO_LARGE, unsigned(rsa(modulus(8192), 65_537))),
        of("RSA, exponent 3", CsrRule.RSA_EXPONENT, unsigned(rsa(modulus(2048), 3))),
        of("RSA, even exponent", CsrRule.RSA_EXPONENT, unsigned(rsa(modulus(2048), 65_538))),
        of("RSA, huge exponent", CsrRule.RSA_EXPONENT, unsigned(rsa(modulus(2048), 1L << 33 | 1))),
        of(
            "RSA, even modulus",
            CsrRule.RSA_MODULUS,
            unsigned(rsa(modulus(2048).clearBit(0), 65_537))),
        of(
            "RSA, small factor",
            CsrRule.RSA_MODULUS,
            unsigned(rsa(modulus(2047).multiply(BigInteger.valueOf(3)), 65_537))),
        of(
            "ECDSA with SHA-1",
            CsrRule.SIGNATURE_ALGORITHM,
            Csr.of(EC).algorithm("SHA1withECDSA").der()),
        of("RSA with MD5", CsrRule.SIGNATURE_ALGORITHM, Csr.of(RSA).algorithm("MD5withRSA").der()),
        of(
            "RSA-PSS",
            CsrRule.SIGNATURE_ALGORITHM,
            Csr.of(RSA).algorithm("SHA256withRSAandMGF1").der()),
        of(
            "signed with another key",
            CsrRule.SIGNATURE,
            Csr.of(EC).signedBy(Csr.ec("secp256r1")).der()),
        of("not signed", CsrRule.SIGNATURE, unsigned(EC.getPublic().getEncoded())),
        of(
            "an unknown attribute",
            CsrRule.ATTRIBUTE,
            Csr.of(EC)
                .attribute(new ASN1ObjectIdentifier("1.2.3.4"), new DERPrintableString("x"))
                .der()),
        of(
            "name constraints",
            CsrRule.EXTENSION,
            Csr.of(EC).extension(Extension.nameConstraints, new DERSequence()).der()),
        of(
            "a CA",
            CsrRule.CA_REQUESTED,
            Csr.of(EC).extension(Extension.basicConstraints, new BasicConstraints(0)).der()),
        of(
            "extensions that are none",
            CsrRule.MALFORMED,
            Csr.of(EC)
                .attribute(
                    PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, new DERPrintableString("x"))
                .der()));
  }

  private static Arguments of(String name, CsrRule rule, byte[] der) {
    return Arguments.of(name, rule, der);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("bad")
  void shouldNameTheBrokenRule(String name, CsrRule rule, byte[] der) {
    assertThat(policy.judge(Csr.base64(der))).isEqualTo(new CsrVerdict.Refused(rule));
  }

  @Test
  void shouldRefuseWhatIsTooLargeBeforeReadingIt() {
    assertThat(policy.judge(new byte[CsrPolicy.MAX_ENCODED_LENGTH + 1]))
        .isEqualTo(new CsrVerdict.Refused(CsrRule.TOO_LARGE));
  }

  @Test
  void shouldRefuseWhatIsNotBase64() {
    assertThat(policy.judge("{\"csr\":1}".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo(new CsrVerdict.Refused(CsrRule.NOT_BASE64));
  }

  @Test
  void shouldRefuseEveryTruncation() {
    byte[] der = Csr.of(EC).der();

    for (int length = 0; length < der.length; length++) {
      assertThat(policy.judge(Csr.base64(Arrays.copyOf(der, length))))
          .isEqualTo(new CsrVerdict.Refused(CsrRule.MALFORMED));
    }
  }

  @Test
  void shouldRefuseWhatFollowsARequest() {
    byte[] der = Csr.of(EC).der();

    assertThat(policy.judge(Csr.base64(Arrays.copyOf(der, der.length + 1))))
        .isEqualTo(new CsrVerdict.Refused(CsrRule.MALFORMED));
  }

  @Test
  void shouldRefuseDeepNesting() {
    byte[] indefinite = new byte[12_000];
    for (int i = 0; i < indefinite.length; i += 2) {
      indefinite[i] = 0x30;
      indefinite[i + 1] = (byte) 0x80;
    }

    assertThat(policy.judge(Csr.base64(indefinite)))
        .isEqualTo(new CsrVerdict.Refused(CsrRule.MALFORMED));
  }

  @Test
  void shouldAnswerAnyDamageWithARule() {
    byte[] der = Csr.of(EC).der();
    Random random = new Random(20_261_123L);

    for (int i = 0; i < 5_000; i++) {
      byte[] damaged = der.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
      assertThat(policy.judge(Csr.base64(damaged))).isInstanceOf(CsrVerdict.Refused.class);
    }
  }

  private static byte[] edwards() {
    return unsigned(Csr.generate("Ed25519", 255).getPublic().getEncoded());
  }

  private static byte[] dsa() {
    return Csr.generate("DSA", 1024).getPublic().getEncoded();
  }

  private static byte[] explicitCurve() {
    return encode(
        new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, new DERSequence()),
            new byte[65]));
  }

  private static byte[] point(int form, int length) {
    byte[] point = new byte[length + 1];
    Arrays.fill(point, (byte) 7);
    point[0] = (byte) form;
    return encode(
        new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(
                X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1),
            point));
  }

  /** Some odd number of exactly that size: the rules about sizes and exponents come first. */
  private static BigInteger modulus(int bits) {
    return new BigInteger(bits, new Random(bits)).setBit(0).setBit(bits - 1);
  }

  private static byte[] rsa(BigInteger modulus, long exponent) {
    try {
      return KeyFactory.getInstance("RSA")
          .generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(exponent)))
          .getEncoded();
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] encode(SubjectPublicKeyInfo key) {
    try {
      return key.getEncoded();
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** A request whose key nobody here can sign with. */
  private static byte[] unsigned(byte[] publicKey) {
    SubjectPublicKeyInfo key = SubjectPublicKeyInfo.getInstance(publicKey);
    ASN1ObjectIdentifier algorithm =
        key.getAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)
            ? PKCSObjectIdentifiers.sha256WithRSAEncryption
            : X9ObjectIdentifiers.ecdsa_with_SHA256;
    try {
      return new CertificationRequest(
              new CertificationRequestInfo(new X500Name("CN=x"), key, null),
              new AlgorithmIdentifier(algorithm),
              new DERBitString(new byte[64]))
          .getEncoded();
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
