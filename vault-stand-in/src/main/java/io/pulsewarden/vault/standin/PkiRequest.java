package io.pulsewarden.vault.standin;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import java.security.KeyPair;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;

/** PKCS#10 requests, made and read. */
final class PkiRequest {

  private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

  private PkiRequest() {}

  static String make(KeyPair keys, JsonNode body) throws IOException, OperatorCreationException {
    X500Name name =
        PkiNames.name(
            PkiNames.strings(body.path("organization")), body.path("common_name").asText());
    return Pems.request(
        new JcaPKCS10CertificationRequestBuilder(name, keys.getPublic())
            .build(PkiKeys.signer(keys))
            .getEncoded());
  }

  static PKCS10CertificationRequest verified(JsonNode body)
      throws IOException, OperatorCreationException, PKCSException, PkiRefused {
    String pem = body.path("csr").asText();
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      if (parser.readObject() instanceof PKCS10CertificationRequest request
          && request.isSignatureValid(
              new JcaContentVerifierProviderBuilder()
                  .setProvider(PROVIDER)
                  .build(request.getSubjectPublicKeyInfo()))) {
        return request;
      }
    }
    throw new PkiRefused("request signature invalid");
  }

  static @Nullable GeneralNames asked(PKCS10CertificationRequest request) {
    Extensions asked = request.getRequestedExtensions();
    return asked == null
        ? null
        : GeneralNames.fromExtensions(asked, Extension.subjectAlternativeName);
  }
}
