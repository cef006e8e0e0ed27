package io.pulsewarden.registry.ca;

import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;

/**
 * Has our lists signed by {@code issuer/:ref/sign-revocation-list}: what they say is ours, their
 * times are by Vault's clock. Vault's own list of a mount is not used, since it knows neither who
 * is on hold nor, with {@code no_store}, any device's certificate.
 */
final class VaultRevocationLists {

  private static final int HEX = 16;

  private final VaultPki pki;

  VaultRevocationLists(VaultPki pki) {
    this.pki = pki;
  }

  X509CRL sign(VaultIssuers.Issuer issuer, RevocationList list) {
    try {
      byte[] point = RevocationListProfile.distributionPoint(list).getEncoded();
      JsonObject answer =
          VaultPki.data(
              pki.write(
                  "issuer/" + issuer.id() + "/sign-revocation-list",
                  Map.of(
                      "crl_number", list.number().longValueExact(),
                      "next_update",
                          Duration.between(list.thisUpdate(), list.nextUpdate()).toSeconds() + "s",
                      "format", "der",
                      "revoked_certs", entries(list),
                      "extensions",
                          new JsonArray()
                              .add(extension(Extension.issuingDistributionPoint, true, point)))));
      byte[] der = Base64.getDecoder().decode(VaultPki.text(answer, "crl"));
      X509CRL signed =
          (X509CRL)
              CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
      requireSame(signed, issuer.certificate(), list, point);
      return signed;
    } catch (GeneralSecurityException | IOException | IllegalArgumentException unreadable) {
      throw VaultPki.notPki();
    }
  }

  private static JsonArray entries(RevocationList list) throws IOException {
    JsonArray entries = new JsonArray();
    for (RevocationList.Entry entry : list.entries()) {
      String hex = entry.serialNumber().toString(HEX);
      JsonObject one =
          new JsonObject()
              .add("serial_number", hex.length() % 2 == 0 ? hex : "0" + hex)
              .add("revocation_time", entry.revokedAt().truncatedTo(ChronoUnit.SECONDS).toString());
      // A reason 'unspecified' should be absent (RFC 5280, section 5.3.1).
      if (entry.reason() != CRLReason.unspecified) {
        one.add(
            "extensions",
            new JsonArray()
                .add(
                    extension(
                        Extension.reasonCode,
                        false,
                        CRLReason.lookup(entry.reason()).getEncoded())));
      }
      entries.add(one);
    }
    return entries;
  }

  private static JsonObject extension(ASN1ObjectIdentifier oid, boolean critical, byte[] value) {
    return new JsonObject()
        .add("id", oid.getId())
        .add("critical", critical)
        .add("value", Base64.getEncoder().encodeToString(value));
  }

  /** Nobody but us decides who is on the list. */
  private static void requireSame(
      X509CRL signed, X509Certificate issuer, RevocationList list, byte[] point)
      throws GeneralSecurityException {
    signed.verify(issuer.getPublicKey());
    Set<? extends X509CRLEntry> found = signed.getRevokedCertificates();
    boolean same =
        (found == null ? 0 : found.size()) == list.entries().size()
            && list.number().equals(number(signed))
            && Arrays.equals(point, value(signed, Extension.issuingDistributionPoint.getId()))
            && list.entries().stream().allMatch(entry -> has(signed, entry));
    if (!same) {
      throw new CertificateAuthorityException(
          AuthorityFailure.OTHER_PROFILE, "Vault signed another list than ours", null);
    }
  }

  private static boolean has(X509CRL signed, RevocationList.Entry entry) {
    X509CRLEntry found = signed.getRevokedCertificate(entry.serialNumber());
    return found != null
        && found
            .getRevocationDate()
            .toInstant()
            .equals(entry.revokedAt().truncatedTo(ChronoUnit.SECONDS))
        && reason(found) == entry.reason();
  }

  private static int reason(X509CRLEntry entry) {
    byte[] wrapped = entry.getExtensionValue(Extension.reasonCode.getId());
    return wrapped == null
        ? CRLReason.unspecified
        : ASN1Enumerated.getInstance(ASN1OctetString.getInstance(wrapped).getOctets())
            .intValueExact();
  }

  private static BigInteger number(X509CRL signed) {
    return CRLNumber.getInstance(value(signed, Extension.cRLNumber.getId())).getCRLNumber();
  }

  private static byte[] value(X509CRL signed, String oid) {
    byte[] wrapped = signed.getExtensionValue(oid);
    return wrapped == null ? new byte[0] : ASN1OctetString.getInstance(wrapped).getOctets();
  }
}
