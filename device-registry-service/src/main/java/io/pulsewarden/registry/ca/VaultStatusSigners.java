package io.pulsewarden.registry.ca;

import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * Certificates of delegated OCSP signers. Their keys are this process's, so that it can ask for
 * exactly what it wants: {@code sign-verbatim} copies the extensions of the request, which no role
 * can give (OCSPSigning critical, ocsp-nocheck).
 */
final class VaultStatusSigners {

  private static final List<ASN1ObjectIdentifier> ASKED_FOR =
      List.of(
          Extension.keyUsage,
          Extension.extendedKeyUsage,
          OCSPObjectIdentifiers.id_pkix_ocsp_nocheck);

  private final VaultPki pki;
  private final SerialNumbers marks = new SerialNumbers(new SecureRandom());

  VaultStatusSigners(VaultPki pki) {
    this.pki = pki;
  }

  X509Certificate issue(VaultIssuers.Issuer issuer, KeyPair keys, Instant now) {
    try {
      BigInteger mark = marks.next();
      X509CertificateHolder expected =
          StatusSignerProfile.build(issuer.certificate(), mark, now, keys.getPublic())
              .build(new Unsigned());
      JsonObject answer =
          VaultPki.data(
              pki.write(
                  "issuer/" + issuer.id() + "/sign-verbatim",
                  Map.of(
                      "csr",
                      RequestPem.write(request(expected, keys)),
                      "not_after",
                      expected.getNotAfter().toInstant().toString(),
                      "key_usage",
                      new JsonArray(),
                      "ext_key_usage",
                      new JsonArray())));
      X509Certificate signed = VaultPki.certificate(VaultPki.text(answer, "certificate"));
      new ProfileCheck(issuer.certificate(), expected).requireExtensions(signed, ASKED_FOR);
      return signed;
    } catch (GeneralSecurityException | OperatorCreationException | IOException failed) {
      throw new CertificateAuthorityException("a signer's request can't be made", failed);
    }
  }

  private static byte[] request(X509CertificateHolder expected, KeyPair keys)
      throws IOException, OperatorCreationException {
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    extensions.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    extensions.addExtension(
        Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_OCSPSigning));
    extensions.addExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE);
    return new JcaPKCS10CertificationRequestBuilder(expected.getSubject(), keys.getPublic())
        .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
        .getEncoded();
  }
}
