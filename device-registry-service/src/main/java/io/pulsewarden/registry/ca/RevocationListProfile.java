package io.pulsewarden.registry.ca;

import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Date;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;

/** The revocation list of docs/formats/certificates.md, all but its signature. */
final class RevocationListProfile {

  private RevocationListProfile() {}

  static X509v2CRLBuilder build(X509Certificate issuer, RevocationList list)
      throws CertIOException, NoSuchAlgorithmException {
    X509v2CRLBuilder builder = new JcaX509v2CRLBuilder(issuer, Date.from(list.thisUpdate()));
    builder.setNextUpdate(Date.from(list.nextUpdate()));
    for (RevocationList.Entry entry : list.entries()) {
      builder.addCRLEntry(entry.serialNumber(), Date.from(entry.revokedAt()), entry.reason());
    }
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(issuer.getPublicKey()));
    builder.addExtension(Extension.cRLNumber, false, new CRLNumber(list.number()));
    builder.addExtension(Extension.issuingDistributionPoint, true, distributionPoint(list));
    return builder;
  }

  /** User certificates alone: the issuing CA's own status is its root's to tell. */
  static IssuingDistributionPoint distributionPoint(RevocationList list) {
    DistributionPointName name =
        list.location()
            .map(
                url ->
                    new DistributionPointName(
                        new GeneralNames(
                            new GeneralName(
                                GeneralName.uniformResourceIdentifier, url.toString()))))
            .orElse(null);
    return new IssuingDistributionPoint(name, true, false, null, false, false);
  }
}
