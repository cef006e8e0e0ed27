package io.pulsewarden.registry.csr;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.jspecify.annotations.Nullable;

/**
 * Subject and SAN of a request, or of a certificate. They never decide who a device is; they are
 * read to refuse a request that names somebody else.
 *
 * @param subject as it was encoded
 * @param alternativeNames null if there are none
 */
public record RequestedNames(X500Name subject, @Nullable GeneralNames alternativeNames) {

  private static final String URN = "urn:uuid:";

  /** The names of a certificate that was issued. */
  public static RequestedNames of(X509Certificate certificate) {
    try {
      JcaX509CertificateHolder holder = new JcaX509CertificateHolder(certificate);
      return new RequestedNames(
          holder.getSubject(),
          GeneralNames.fromExtensions(holder.getExtensions(), Extension.subjectAlternativeName));
    } catch (CertificateEncodingException unreadable) {
      throw new IllegalArgumentException("a certificate can't be encoded", unreadable);
    }
  }

  /** The rule that a first enrolment of a device breaks with these names. */
  public Optional<CsrRule> brokenFor(UUID device) {
    return ids().stream().allMatch(device::equals)
        ? Optional.empty()
        : Optional.of(CsrRule.ANOTHER_DEVICE);
  }

  /**
   * The rule that a renewal breaks with these names (RFC 7030, section 4.2.2: both are identical to
   * those of the certificate that is renewed).
   */
  public Optional<CsrRule> brokenFor(RequestedNames renewed) {
    if (!subject.equals(renewed.subject)) {
      return Optional.of(CsrRule.SUBJECT_DIFFERS);
    }
    return values(alternativeNames).equals(values(renewed.alternativeNames))
        ? Optional.empty()
        : Optional.of(CsrRule.SAN_DIFFERS);
  }

  private static List<GeneralName> values(@Nullable GeneralNames names) {
    return names == null ? List.of() : Arrays.asList(names.getNames());
  }

  /** Everything in the names that has the form of a device's id. */
  private List<UUID> ids() {
    List<UUID> found = new ArrayList<>();
    for (RDN part : subject.getRDNs(BCStyle.CN)) {
      for (AttributeTypeAndValue value : part.getTypesAndValues()) {
        id(text(value.getValue())).ifPresent(found::add);
      }
    }
    for (GeneralName name : values(alternativeNames)) {
      String value = text(name.getName()).toLowerCase(Locale.ROOT);
      if (value.startsWith(URN)) {
        id(value.substring(URN.length())).ifPresent(found::add);
      }
    }
    return found;
  }

  private static String text(ASN1Encodable value) {
    return IETFUtils.valueToString(value);
  }

  private static Optional<UUID> id(String text) {
    try {
      return text.length() == 36 ? Optional.of(UUID.fromString(text)) : Optional.empty();
    } catch (IllegalArgumentException another) {
      return Optional.empty();
    }
  }
}
