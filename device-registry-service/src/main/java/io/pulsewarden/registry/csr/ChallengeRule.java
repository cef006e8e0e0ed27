package io.pulsewarden.registry.csr;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;

/**
 * Proof of possession tied to the connection (RFC 7030, section 3.5): a client may put the
 * connection's channel binding into challengePassword, and then it has to be right. The binding is
 * {@code tls-exporter} (RFC 9266) of TLS 1.3. The {@code tls-unique} of TLS 1.2 can't be had from
 * the JDK, so a request that has it is refused and not taken unseen.
 */
final class ChallengeRule {

  private ChallengeRule() {}

  static void check(PKCS10CertificationRequest request, ChannelBinding connection)
      throws RuleBrokenException {
    Attribute[] challenges =
        request.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_challengePassword);
    if (challenges.length == 0) {
      return;
    }
    String expected = connection.exporter();
    if (challenges.length > 1 || expected == null || !matches(challenges[0], expected)) {
      throw new RuleBrokenException(CsrRule.CHALLENGE);
    }
  }

  private static boolean matches(Attribute challenge, String expected) {
    ASN1Encodable[] values = challenge.getAttributeValues();
    @Nullable ASN1Encodable value = values.length == 1 ? values[0] : null;
    return value instanceof ASN1String text
        && MessageDigest.isEqual(
            text.getString().strip().getBytes(StandardCharsets.UTF_8),
            expected.getBytes(StandardCharsets.UTF_8));
  }
}
