package io.pulsewarden.registry.csr;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Which signatures a request may carry: no SHA-1, no MD5, and of the kind of its key. */
final class SignatureRules {

  private static final Set<ASN1ObjectIdentifier> ECDSA =
      Set.of(
          X9ObjectIdentifiers.ecdsa_with_SHA256,
          X9ObjectIdentifiers.ecdsa_with_SHA384,
          X9ObjectIdentifiers.ecdsa_with_SHA512);
  private static final Set<ASN1ObjectIdentifier> RSA =
      Set.of(
          PKCSObjectIdentifiers.sha256WithRSAEncryption,
          PKCSObjectIdentifiers.sha384WithRSAEncryption,
          PKCSObjectIdentifiers.sha512WithRSAEncryption);

  private static final Set<ASN1ObjectIdentifier> EDWARDS = Set.of(EdECObjectIdentifiers.id_Ed25519);

  private SignatureRules() {}

  static void checkAlgorithm(AlgorithmIdentifier algorithm, PublicKey key)
      throws RuleBrokenException {
    if (!allowed(key).contains(algorithm.getAlgorithm())) {
      throw new RuleBrokenException(CsrRule.SIGNATURE_ALGORITHM);
    }
  }

  private static Set<ASN1ObjectIdentifier> allowed(PublicKey key) {
    return switch (key) {
      case ECPublicKey ignored -> ECDSA;
      case EdECPublicKey ignored -> EDWARDS;
      default -> RSA;
    };
  }
}
