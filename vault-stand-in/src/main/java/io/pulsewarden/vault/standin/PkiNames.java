package io.pulsewarden.vault.standin;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;

/** Names as Vault writes them: PrintableString. */
final class PkiNames {

  private static final Pattern COMMA = Pattern.compile(",");

  private PkiNames() {}

  static List<String> strings(JsonNode value) {
    List<String> strings = new ArrayList<>();
    if (value.isTextual()) {
      COMMA.splitAsStream(value.asText()).forEach(strings::add);
    }
    value.elements().forEachRemaining(one -> strings.add(one.asText()));
    return strings;
  }

  static X500Name subject(PkiEngine.Issuer issuer) throws GeneralSecurityException {
    return new JcaX509CertificateHolder(issuer.certificate).getSubject();
  }

  /** As Go writes names: O before CN, PrintableString where the characters allow. */
  static X500Name name(List<String> organisations, String commonName) {
    ASN1EncodableVector parts = new ASN1EncodableVector();
    for (String organisation : organisations) {
      parts.add(part(BCStyle.O, organisation));
    }
    parts.add(part(BCStyle.CN, commonName));
    return X500Name.getInstance(new DERSequence(parts));
  }

  private static ASN1Primitive part(ASN1ObjectIdentifier type, String value) {
    ASN1EncodableVector pair = new ASN1EncodableVector();
    pair.add(type);
    pair.add(new DERPrintableString(value));
    return new DERSet(new DERSequence(pair));
  }
}
