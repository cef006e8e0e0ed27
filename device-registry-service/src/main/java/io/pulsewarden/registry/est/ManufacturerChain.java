package io.pulsewarden.registry.est;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;

/** Reads what a manufacturer's certificate says (IEEE 802.1AR), and whose it is. */
final class ManufacturerChain {

  private static final int MAX_LENGTH = 4;
  private static final int DIGITAL_SIGNATURE = 0;

  private ManufacturerChain() {}

  /**
   * Whether an authority signed the chain (RFC 5280, section 6), which is valid now. What it costs
   * is bounded by the authority: nothing below it is verified before what is above. Manufacturers
   * revoke by telling; an authority that is not trusted any more is removed here.
   */
  static boolean leadsTo(X509Certificate authority, List<X509Certificate> chain, Instant now) {
    if (chain.size() > MAX_LENGTH || !maySign(chain.getFirst())) {
      return false;
    }
    try {
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      List<X509Certificate> below =
          chain.stream().filter(certificate -> !certificate.equals(authority)).toList();
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(below), parameters);
      return !below.isEmpty();
    } catch (CertPathValidatorException | InvalidAlgorithmParameterException untrusted) {
      return false;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has PKIX", impossible);
    }
  }

  /** The serialNumber of the subject: the device's, as its maker counts. */
  static Optional<String> serialNumber(X509Certificate own) {
    try {
      RDN[] found = new JcaX509CertificateHolder(own).getSubject().getRDNs(BCStyle.SERIALNUMBER);
      return found.length == 1
          ? Optional.of(IETFUtils.valueToString(found[0].getFirst().getValue()))
          : Optional.empty();
    } catch (GeneralSecurityException | RuntimeException unreadable) {
      return Optional.empty();
    }
  }

  /** An authority's own certificate is no device's. */
  private static boolean maySign(X509Certificate own) {
    boolean[] usage = own.getKeyUsage();
    return own.getBasicConstraints() < 0 && (usage == null || usage[DIGITAL_SIGNATURE]);
  }
}
