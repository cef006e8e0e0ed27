package io.pulsewarden.registry.csr;

import java.io.IOException;
import java.security.PublicKey;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/**
 * Judges certification requests by the allow-list of docs/formats/certificates.md. Stateless,
 * thread-safe; takes about a millisecond of processor time, so keep it off event loops.
 */
public final class CsrPolicy {

  /** Of the base64 text. An RSA-4096 request with every allowed extension has a fifth of it. */
  public static final int MAX_ENCODED_LENGTH = 16 * 1024;

  private static final Set<ASN1ObjectIdentifier> ATTRIBUTES =
      Set.of(
          PKCSObjectIdentifiers.pkcs_9_at_extensionRequest,
          PKCSObjectIdentifiers.pkcs_9_at_challengePassword);
  private static final Set<ASN1ObjectIdentifier> EXTENSIONS =
      Set.of(
          Extension.subjectAlternativeName,
          Extension.keyUsage,
          Extension.extendedKeyUsage,
          Extension.basicConstraints,
          Extension.subjectKeyIdentifier);

  private final BlockedKeys blocked;

  public CsrPolicy(BlockedKeys blocked) {
    this.blocked = blocked;
  }

  /**
   * Judges the body of an EST request: base64 with any white space (RFC 8951, section 3.1).
   *
   * @param connection asked only for a request that has a challengePassword
   */
  public CsrVerdict judge(byte[] base64, ChannelBinding connection) {
    if (base64.length > MAX_ENCODED_LENGTH) {
      return new CsrVerdict.Refused(CsrRule.TOO_LARGE);
    }
    try {
      return judgeDer(TolerantBase64.decode(base64), connection);
    } catch (IllegalArgumentException notBase64) {
      return new CsrVerdict.Refused(CsrRule.NOT_BASE64);
    }
  }

  private CsrVerdict judgeDer(byte[] der, ChannelBinding connection) {
    try {
      return new CsrVerdict.Accepted(check(der, connection));
    } catch (RuleBrokenException broken) {
      return new CsrVerdict.Refused(broken.rule());
    }
  }

  private AcceptedCsr check(byte[] der, ChannelBinding connection) throws RuleBrokenException {
    PKCS10CertificationRequest request = parse(der);
    PublicKey key = KeyRules.check(request.getSubjectPublicKeyInfo());
    SignatureRules.checkAlgorithm(request.getSignatureAlgorithm(), key);
    checkSignature(request, key);
    checkAttributes(request);
    ChallengeRule.check(request, connection);
    AcceptedCsr csr = new AcceptedCsr(der, key, names(request));
    if (blocked.has(csr.keyHash())) {
      throw new RuleBrokenException(CsrRule.KEY_BLOCKED);
    }
    return csr;
  }

  private static RequestedNames names(PKCS10CertificationRequest request)
      throws RuleBrokenException {
    try {
      Extensions asked = request.getRequestedExtensions();
      return new RequestedNames(
          request.getSubject(),
          asked == null
              ? null
              : GeneralNames.fromExtensions(asked, Extension.subjectAlternativeName));
    } catch (RuntimeException malformed) {
      throw new RuleBrokenException(CsrRule.MALFORMED);
    }
  }

  /** Bouncy Castle bounds the nesting itself and reads some parts late: both end here. */
  private static PKCS10CertificationRequest parse(byte[] der) throws RuleBrokenException {
    try {
      PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
      request.getAttributes();
      request.getSignature();
      return request;
    } catch (IOException | RuntimeException malformed) {
      throw new RuleBrokenException(CsrRule.MALFORMED);
    }
  }

  private static void checkSignature(PKCS10CertificationRequest request, PublicKey key)
      throws RuleBrokenException {
    try {
      if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw new RuleBrokenException(CsrRule.SIGNATURE);
      }
    } catch (PKCSException | OperatorCreationException | RuntimeException unreadable) {
      throw new RuleBrokenException(CsrRule.SIGNATURE);
    }
  }

  private static void checkAttributes(PKCS10CertificationRequest request)
      throws RuleBrokenException {
    for (Attribute attribute : request.getAttributes()) {
      if (!ATTRIBUTES.contains(attribute.getAttrType())) {
        throw new RuleBrokenException(CsrRule.ATTRIBUTE);
      }
    }
    try {
      Extensions asked = request.getRequestedExtensions();
      if (asked != null) {
        checkExtensions(asked);
      }
    } catch (RuntimeException malformed) {
      throw new RuleBrokenException(CsrRule.MALFORMED);
    }
  }

  private static void checkExtensions(Extensions asked) throws RuleBrokenException {
    for (ASN1ObjectIdentifier extension : asked.getExtensionOIDs()) {
      if (!EXTENSIONS.contains(extension)) {
        throw new RuleBrokenException(CsrRule.EXTENSION);
      }
    }
    BasicConstraints constraints = BasicConstraints.fromExtensions(asked);
    if (constraints != null && constraints.isCA()) {
      throw new RuleBrokenException(CsrRule.CA_REQUESTED);
    }
  }
}
