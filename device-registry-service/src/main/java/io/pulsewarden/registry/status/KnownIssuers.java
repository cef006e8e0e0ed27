package io.pulsewarden.registry.status;

import io.pulsewarden.registry.ca.CertificateAuthority;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Finds the issuer that a question names by hashes (RFC 6960, section 4.1.1). Thread-safe. */
@ApplicationScoped
class KnownIssuers {

  /** SHA-1 is what most clients send; it only has to tell our few issuers apart. */
  private static final Map<String, String> DIGESTS =
      Map.of("1.3.14.3.2.26", "SHA-1", "2.16.840.1.101.3.4.2.1", "SHA-256");

  private final CertificateAuthority authority;

  KnownIssuers(CertificateAuthority authority) {
    this.authority = authority;
  }

  List<X509Certificate> all() {
    return authority.issuers();
  }

  Optional<X509Certificate> find(CertID id) {
    String digest = DIGESTS.get(id.getHashAlgorithm().getAlgorithm().getId());
    return digest == null
        ? Optional.empty()
        : all().stream().filter(issuer -> matches(issuer, id, digest)).findFirst();
  }

  private static boolean matches(X509Certificate issuer, CertID id, String digest) {
    byte[] key =
        SubjectPublicKeyInfo.getInstance(issuer.getPublicKey().getEncoded())
            .getPublicKeyData()
            .getBytes();
    return Arrays.equals(id.getIssuerKeyHash().getOctets(), hash(digest, key))
        && Arrays.equals(
            id.getIssuerNameHash().getOctets(),
            hash(digest, issuer.getSubjectX500Principal().getEncoded()));
  }

  private static byte[] hash(String digest, byte[] bytes) {
    try {
      return MessageDigest.getInstance(digest).digest(bytes);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has " + digest, impossible);
    }
  }
}
