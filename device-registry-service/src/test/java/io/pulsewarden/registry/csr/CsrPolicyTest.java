package io.pulsewarden.registry.csr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.registry.testing.Csr;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
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
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CsrPolicyTest {

  private static final KeyPair EC = Csr.ec("secp256r1");
  private static final KeyPair RSA = Csr.generate("RSA", 2048);

  private final CsrPolicy policy = new CsrPolicy(BlockedKeys.builtIn());

  static Stream<Named<Csr>> good() {
    return Stream.of(
        Named.of("P-256", Csr.of(EC)),
        Named.of("P-384", Csr.of(Csr.ec("secp384r1")).algorithm("SHA384withECDSA")),
        Named.of("RSA 2048", Csr.of(RSA)),
        Named.of("RSA and SHA-512", Csr.of(RSA).algorithm("SHA512withRSA")),
        Named.of("Ed25519", Csr.of(Csr.generate("Ed25519", 255))),
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
    assertThat(judge(csr.base64()))
        .isInstanceOfSatisfying(
            CsrVerdict.Accepted.class,
            accepted ->
                assertThat(accepted.csr().publicKey().getEncoded())
                    .isEqualTo(csr.keys().getPublic().getEncoded()));
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        of(
            "Ed448",
            CsrRule.KEY_ALGORITHM,
            unsigned(Csr.generate("Ed448", 448).getPublic().getEncoded())),
        of("an Ed25519 point of small order", CsrRule.POINT, unsigned(edwards(1))),
        of("an Ed25519 point that is none", CsrRule.POINT, unsigned(edwards(2))),
        of("RSA that ROCA factors", CsrRule.RSA_FAULTY_LIBRARY, unsigned(rsa(roca(), 65_537))),
        of("RSA of close primes", CsrRule.RSA_CLOSE_PRIMES, unsigned(rsa(close(), 65_537))),
        of("a key that a standard prints", CsrRule.KEY_BLOCKED, Csr.of(printed()).der()),
        of("a challenge, and no connection", CsrRule.CHALLENGE, challenging("tls-unique").der()),
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
    assertThat(judge(Csr.base64(der))).isEqualTo(new CsrVerdict.Refused(rule));
  }

  @Test
  void shouldRefuseWhatIsTooLargeBeforeReadingIt() {
    assertThat(judge(new byte[CsrPolicy.MAX_ENCODED_LENGTH + 1]))
        .isEqualTo(new CsrVerdict.Refused(CsrRule.TOO_LARGE));
  }

  @Test
  void shouldRefuseWhatIsNotBase64() {
    assertThat(judge("{\"csr\":1}".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo(new CsrVerdict.Refused(CsrRule.NOT_BASE64));
  }

  @Test
  void shouldRefuseEveryTruncation() {
    byte[] der = Csr.of(EC).der();

    for (int length = 0; length < der.length; length++) {
      assertThat(judge(Csr.base64(Arrays.copyOf(der, length))))
          .isEqualTo(new CsrVerdict.Refused(CsrRule.MALFORMED));
    }
  }

  @Test
  void shouldRefuseWhatFollowsARequest() {
    byte[] der = Csr.of(EC).der();

    assertThat(judge(Csr.base64(Arrays.copyOf(der, der.length + 1))))
        .isEqualTo(new CsrVerdict.Refused(CsrRule.MALFORMED));
  }

  @Test
  void shouldRefuseDeepNesting() {
    byte[] indefinite = new byte[12_000];
    for (int i = 0; i < indefinite.length; i += 2) {
      indefinite[i] = 0x30;
      indefinite[i + 1] = (byte) 0x80;
    }

    assertThat(judge(Csr.base64(indefinite))).isEqualTo(new CsrVerdict.Refused(CsrRule.MALFORMED));
  }

  @Test
  void shouldAnswerAnyDamageWithARule() {
    byte[] der = Csr.of(EC).der();
    Random random = new Random(20_261_123L);

    for (int i = 0; i < 5_000; i++) {
      byte[] damaged = der.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
      assertThat(judge(Csr.base64(damaged))).isInstanceOf(CsrVerdict.Refused.class);
    }
  }

  @Test
  void shouldTakeTheChallengeOfTheConnectionAndNoOther() {
    ChannelBinding connection = () -> "bound";

    assertThat(policy.judge(challenging("bound").base64(), connection))
        .isInstanceOf(CsrVerdict.Accepted.class);
    assertThat(policy.judge(challenging("elsewhere").base64(), connection))
        .isEqualTo(new CsrVerdict.Refused(CsrRule.CHALLENGE));
    assertThat(policy.judge(challenging("").base64(), connection))
        .isEqualTo(new CsrVerdict.Refused(CsrRule.CHALLENGE));
  }

  @Test
  void shouldRefuseTheKeysOfAnOperatorsList(@TempDir Path folder) throws IOException {
    String hash = ((CsrVerdict.Accepted) judge(Csr.of(EC).base64())).csr().keyHash();
    Path list = Files.writeString(folder.resolve("list"), "# ours\n" + hash + " # stolen\n");
    CsrPolicy strict = new CsrPolicy(BlockedKeys.with(Optional.of(list)));

    assertThat(strict.judge(Csr.of(EC).base64(), ChannelBinding.none()))
        .isEqualTo(new CsrVerdict.Refused(CsrRule.KEY_BLOCKED));
  }

  @Test
  void shouldNotReadAListByHalf(@TempDir Path folder) throws IOException {
    Path list = Files.writeString(folder.resolve("list"), "ab12\n");

    assertThatThrownBy(() -> BlockedKeys.with(Optional.of(list)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ab12");
  }

  private CsrVerdict judge(byte[] base64) {
    return policy.judge(base64, ChannelBinding.none());
  }

  private static Csr challenging(String value) {
    return Csr.of(EC)
        .attribute(PKCSObjectIdentifiers.pkcs_9_at_challengePassword, new DERUTF8String(value));
  }

  /** A point by its y, which is all that its encoding has for these. */
  private static byte[] edwards(int y) {
    byte[] point = new byte[32];
    point[0] = (byte) y;
    return encode(
        new SubjectPublicKeyInfo(new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519), point));
  }

  /** Primes as the faulty library made them: a power of 65537 modulo many small primes. */
  private static BigInteger roca() {
    BigInteger primorial = BigInteger.TWO;
    for (BigInteger prime = BigInteger.valueOf(3);
        prime.intValue() <= 167;
        prime = prime.nextProbablePrime()) {
      primorial = primorial.multiply(prime);
    }
    return rocaPrime(primorial, 1).multiply(rocaPrime(primorial, 2));
  }

  private static BigInteger rocaPrime(BigInteger primorial, int seed) {
    Random random = new Random(seed);
    BigInteger power = BigInteger.valueOf(65_537).modPow(new BigInteger(64, random), primorial);
    int bits = 1024 - primorial.bitLength();
    BigInteger candidate;
    do {
      BigInteger factor = new BigInteger(bits + 1, random).setBit(bits);
      candidate = factor.multiply(primorial).add(power);
    } while (!candidate.isProbablePrime(30));
    return candidate;
  }

  private static BigInteger close() {
    BigInteger prime = BigInteger.probablePrime(1025, new Random(7));
    return prime.multiply(prime.nextProbablePrime());
  }

  /** Of RFC 6979, A.2.5. */
  private static KeyPair printed() {
    try {
      BigInteger secret =
          new BigInteger("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721", 16);
      ECPrivateKey any = (ECPrivateKey) EC.getPrivate();
      KeyFactory factory = KeyFactory.getInstance("EC");
      ECPoint point =
          new FixedPointCombMultiplier()
              .multiply(CustomNamedCurves.getByName("secp256r1").getG(), secret)
              .normalize();
      return new KeyPair(
          factory.generatePublic(
              new ECPublicKeySpec(
                  new java.security.spec.ECPoint(
                      point.getAffineXCoord().toBigInteger(),
                      point.getAffineYCoord().toBigInteger()),
                  any.getParams())),
          factory.generatePrivate(new ECPrivateKeySpec(secret, any.getParams())));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
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
