package io.pulsewarden.registry.csr;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Which keys a device may have. */
final class KeyRules {

  private static final int MIN_RSA_BITS = 2048;
  // Verifying costs the square of it: larger ones are a lever for denial of service.
  private static final int MAX_RSA_BITS = 4096;
  private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(65_537);
  private static final BigInteger MAX_EXPONENT = BigInteger.ONE.shiftLeft(32);
  private static final Set<ASN1ObjectIdentifier> CURVES =
      Set.of(SECObjectIdentifiers.secp256r1, SECObjectIdentifiers.secp384r1);

  private KeyRules() {}

  static PublicKey check(SubjectPublicKeyInfo key) throws RuleBrokenException {
    ASN1ObjectIdentifier algorithm = key.getAlgorithm().getAlgorithm();
    if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      return checkEc(key);
    }
    if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
      return checkRsa(key);
    }
    if (algorithm.equals(EdECObjectIdentifiers.id_Ed25519)) {
      return checkEdwards(key);
    }
    throw new RuleBrokenException(CsrRule.KEY_ALGORITHM);
  }

  /** A point of small order signs everything; the JDK would take it. */
  private static PublicKey checkEdwards(SubjectPublicKeyInfo key) throws RuleBrokenException {
    byte[] point = key.getPublicKeyData().getOctets();
    if (point.length != Ed25519.PUBLIC_KEY_SIZE || !Ed25519.validatePublicKeyFull(point, 0)) {
      throw new RuleBrokenException(CsrRule.POINT);
    }
    return decode(key, "Ed25519", CsrRule.POINT);
  }

  private static PublicKey checkEc(SubjectPublicKeyInfo key) throws RuleBrokenException {
    ASN1Encodable curve = key.getAlgorithm().getParameters();
    // Explicit parameters could describe a curve of the sender's own making.
    if (!(curve instanceof ASN1ObjectIdentifier name) || !CURVES.contains(name)) {
      throw new RuleBrokenException(CsrRule.CURVE);
    }
    checkParameters(key, CsrRule.POINT);
    return decode(key, "EC", CsrRule.POINT);
  }

  private static PublicKey checkRsa(SubjectPublicKeyInfo key) throws RuleBrokenException {
    RSAPublicKey numbers = rsaNumbers(key);
    BigInteger exponent = numbers.getPublicExponent();
    if (numbers.getModulus().bitLength() < MIN_RSA_BITS) {
      throw new RuleBrokenException(CsrRule.RSA_TOO_SMALL);
    }
    if (numbers.getModulus().bitLength() > MAX_RSA_BITS) {
      throw new RuleBrokenException(CsrRule.RSA_TOO_LARGE);
    }
    if (exponent.compareTo(MIN_EXPONENT) < 0
        || exponent.compareTo(MAX_EXPONENT) > 0
        || !exponent.testBit(0)) {
      throw new RuleBrokenException(CsrRule.RSA_EXPONENT);
    }
    checkParameters(key, CsrRule.RSA_MODULUS);
    if (WeakModulus.isOfFaultyLibrary(numbers.getModulus())) {
      throw new RuleBrokenException(CsrRule.RSA_FAULTY_LIBRARY);
    }
    if (WeakModulus.hasClosePrimes(numbers.getModulus())) {
      throw new RuleBrokenException(CsrRule.RSA_CLOSE_PRIMES);
    }
    return decode(key, "RSA", CsrRule.RSA_MODULUS);
  }

  private static RSAPublicKey rsaNumbers(SubjectPublicKeyInfo key) throws RuleBrokenException {
    try {
      return RSAPublicKey.getInstance(key.parsePublicKey());
    } catch (IOException | RuntimeException malformed) {
      throw new RuleBrokenException(CsrRule.MALFORMED);
    }
  }

  /**
   * Bouncy Castle checks points against their curve, and moduli for small factors and primality.
   */
  private static void checkParameters(SubjectPublicKeyInfo key, CsrRule rule)
      throws RuleBrokenException {
    try {
      PublicKeyFactory.createKey(key);
    } catch (IOException | RuntimeException unsound) {
      throw new RuleBrokenException(rule);
    }
  }

  private static PublicKey decode(SubjectPublicKeyInfo key, String algorithm, CsrRule rule)
      throws RuleBrokenException {
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePublic(new X509EncodedKeySpec(key.getEncoded()));
    } catch (GeneralSecurityException | IOException unsound) {
      throw new RuleBrokenException(rule);
    }
  }
}
