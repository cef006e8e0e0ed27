package io.pulsewarden.vault.standin;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/** What a role makes of a request, with the defaults of Vault's roles. */
final class PkiRole {

  private final PkiDraft draft;

  PkiRole(PkiDraft draft) {
    this.draft = draft;
  }

  /** {@code sign/:role}: names from the request's fields unless the role takes the CSR's. */
  X509Certificate sign(PkiEngine.Issuer issuer, JsonNode role, JsonNode body)
      throws GeneralSecurityException,
          IOException,
          OperatorCreationException,
          PKCSException,
          PkiRefused {
    PKCS10CertificationRequest request = PkiRequest.verified(body);
    boolean theirName = role.path("use_csr_common_name").asBoolean(true);
    boolean theirSan = role.path("use_csr_sans").asBoolean(true);
    String name =
        theirName
            ? request.getSubject().getRDNs(BCStyle.CN)[0].getFirst().getValue().toString()
            : body.path("common_name").asText();
    if (!role.path("allow_any_name").asBoolean(false)) {
      throw new PkiRefused("common name " + name + " not allowed by this role");
    }
    X509v3CertificateBuilder builder =
        draft.of(
            PkiNames.subject(issuer),
            PkiNames.name(PkiNames.strings(role.path("organization")), name),
            request,
            Durations.of(role.path("not_before_duration").asText("30s")),
            draft.end(issuer, body));
    if (role.path("basic_constraints_valid_for_non_ca").asBoolean(false)) {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    }
    if (PkiNames.strings(role.path("key_usage")).equals(List.of("DigitalSignature"))) {
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    } else {
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(
              KeyUsage.digitalSignature | KeyUsage.keyAgreement | KeyUsage.keyEncipherment));
    }
    List<KeyPurposeId> purposes = new ArrayList<>();
    if (role.path("server_flag").asBoolean(true)) {
      purposes.add(KeyPurposeId.id_kp_serverAuth);
    }
    if (role.path("client_flag").asBoolean(true)) {
      purposes.add(KeyPurposeId.id_kp_clientAuth);
    }
    builder.addExtension(
        Extension.extendedKeyUsage,
        false,
        new ExtendedKeyUsage(purposes.toArray(new KeyPurposeId[0])));
    GeneralNames names = theirSan ? PkiRequest.asked(request) : named(role, body, name);
    if (names != null) {
      builder.addExtension(Extension.subjectAlternativeName, false, names);
    }
    PkiDraft.addresses(builder, issuer);
    return PkiDraft.sign(builder, request, issuer);
  }

  private static GeneralNames named(JsonNode role, JsonNode body, String name) throws PkiRefused {
    List<GeneralName> names = new ArrayList<>();
    if (!body.path("exclude_cn_from_sans").asBoolean(false)) {
      names.add(new GeneralName(GeneralName.dNSName, name));
    }
    for (String uri : PkiNames.strings(body.path("uri_sans"))) {
      boolean allowed =
          PkiNames.strings(role.path("allowed_uri_sans")).stream()
              .anyMatch(
                  glob ->
                      glob.endsWith("*")
                          ? uri.startsWith(glob.substring(0, glob.length() - 1))
                          : uri.equals(glob));
      if (!allowed) {
        throw new PkiRefused("URI Subject Alternative Names are not allowed in this role");
      }
      names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
    }
    return new GeneralNames(names.toArray(new GeneralName[0]));
  }
}
