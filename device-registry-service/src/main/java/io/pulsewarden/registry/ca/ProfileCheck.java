package io.pulsewarden.registry.ca;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.jspecify.annotations.Nullable;

/**
 * Compares what another server signed with what we would have signed: whoever changes that server's
 * configuration must not change what a device certificate says.
 */
final class ProfileCheck {

  /** How far another server's clock may be off, beside the five minutes of the profile. */
  private static final Duration CLOCKS = Duration.ofMinutes(5);

  private static final Duration BACKDATED = Duration.ofMinutes(5);

  /** Their values say which key, and RFC 5280 leaves open how. */
  private static final Set<ASN1ObjectIdentifier> KEY_IDENTIFIERS =
      Set.of(Extension.subjectKeyIdentifier, Extension.authorityKeyIdentifier);

  private final X509Certificate issuer;
  private final X509CertificateHolder expected;

  /**
   * A check against what we would have signed.
   *
   * @param expected whose serial number and signature do not count
   */
  ProfileCheck(X509Certificate issuer, X509CertificateHolder expected) {
    this.issuer = issuer;
    this.expected = expected;
  }

  /**
   * That nothing differs.
   *
   * @throws CertificateAuthorityException that says which part does
   */
  void requireSame(X509Certificate signed) {
    X509CertificateHolder found = requireBasics(signed);
    require(oids(found).equals(oids(expected)), "extensions");
    requireExtensions(found, List.copyOf(oids(expected)));
  }

  /**
   * That these extensions are as expected and it is no CA, whatever else it has.
   *
   * @throws CertificateAuthorityException that says which part does
   */
  void requireExtensions(X509Certificate signed, List<ASN1ObjectIdentifier> extensions) {
    X509CertificateHolder found = requireBasics(signed);
    require(signed.getBasicConstraints() < 0, "basicConstraints");
    requireExtensions(found, extensions);
  }

  private void requireExtensions(
      X509CertificateHolder found, List<ASN1ObjectIdentifier> extensions) {
    for (ASN1ObjectIdentifier oid : extensions) {
      require(same(oid, found.getExtension(oid), expected.getExtension(oid)), oid.getId());
    }
  }

  private X509CertificateHolder requireBasics(X509Certificate signed) {
    try {
      signed.verify(issuer.getPublicKey());
      X509CertificateHolder found = new JcaX509CertificateHolder(signed);
      require(found.getIssuer().equals(expected.getIssuer()), "issuer");
      require(found.getSubject().equals(expected.getSubject()), "subject");
      require(
          found.getSubjectPublicKeyInfo().equals(expected.getSubjectPublicKeyInfo()), "public key");
      require(
          found.getNotAfter().toInstant().equals(expected.getNotAfter().toInstant()), "notAfter");
      Instant notBefore = found.getNotBefore().toInstant();
      Instant wanted = expected.getNotBefore().toInstant();
      require(
          !notBefore.isBefore(wanted.minus(CLOCKS)) && !notBefore.isAfter(wanted.plus(BACKDATED)),
          "notBefore");
      return found;
    } catch (GeneralSecurityException unreadable) {
      throw other("signature");
    }
  }

  private static boolean same(
      ASN1ObjectIdentifier oid, @Nullable Extension found, @Nullable Extension wanted) {
    return found != null
        && wanted != null
        && found.isCritical() == wanted.isCritical()
        && (KEY_IDENTIFIERS.contains(oid)
            || Arrays.equals(found.getExtnValue().getOctets(), wanted.getExtnValue().getOctets()));
  }

  private static Set<ASN1ObjectIdentifier> oids(X509CertificateHolder certificate) {
    Set<ASN1ObjectIdentifier> oids = new HashSet<>();
    for (Object oid : certificate.getExtensionOIDs()) {
      oids.add((ASN1ObjectIdentifier) oid);
    }
    return oids;
  }

  private static void require(boolean same, String part) {
    if (!same) {
      throw other(part);
    }
  }

  private static CertificateAuthorityException other(String part) {
    return new CertificateAuthorityException(
        AuthorityFailure.OTHER_PROFILE, "Vault signs another profile than ours: " + part, null);
  }
}
