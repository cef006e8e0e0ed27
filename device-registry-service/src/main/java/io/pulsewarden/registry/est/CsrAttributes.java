package io.pulsewarden.registry.est;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * What a request should be like (RFC 7030, section 4.5.2, as RFC 9908 explains it): a P-256 key,
 * signed with ECDSA and SHA-256. A hint for clients that can choose; the policy takes more. It asks
 * for no challengePassword: most clients would send {@code tls-unique}, which can't be checked.
 */
final class CsrAttributes {

  private CsrAttributes() {}

  /** The body of {@code /csrattrs}: base64 of {@code CsrAttrs} in DER. */
  static byte[] encoded() {
    ASN1EncodableVector key = new ASN1EncodableVector();
    key.add(X9ObjectIdentifiers.id_ecPublicKey);
    key.add(new DERSet(SECObjectIdentifiers.secp256r1));
    ASN1EncodableVector all = new ASN1EncodableVector();
    all.add(new DERSequence(key));
    all.add(X9ObjectIdentifiers.ecdsa_with_SHA256);
    try {
      return Base64.getEncoder()
          .encodeToString(new DERSequence(all).getEncoded("DER"))
          .getBytes(StandardCharsets.US_ASCII);
    } catch (IOException impossible) {
      throw new IllegalStateException("writes into memory", impossible);
    }
  }
}
