package io.pulsewarden.vault.standin;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;

/** {@code issuer/:ref/sign-revocation-list}: what is in the body, and nothing of its own. */
final class PkiRevocationList {

  private final Clock clock;

  PkiRevocationList(Clock clock) {
    this.clock = clock;
  }

  String sign(PkiEngine.Issuer issuer, JsonNode body)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    Instant now = clock.instant();
    X509v2CRLBuilder builder = new X509v2CRLBuilder(PkiNames.subject(issuer), Date.from(now));
    builder.setNextUpdate(Date.from(now.plus(Durations.of(body.path("next_update").asText()))));
    for (JsonNode entry : body.path("revoked_certs")) {
      BigInteger serial =
          new BigInteger(1, HexFormat.of().parseHex(entry.path("serial_number").asText()));
      Date revokedAt = Date.from(Instant.parse(entry.path("revocation_time").asText()));
      List<Extension> extensions = each(entry.path("extensions"));
      if (extensions.isEmpty()) {
        builder.addCRLEntry(serial, revokedAt, 0);
      } else {
        builder.addCRLEntry(
            serial, revokedAt, new Extensions(extensions.toArray(new Extension[0])));
      }
    }
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        new JcaX509ExtensionUtils()
            .createAuthorityKeyIdentifier(issuer.certificate.getPublicKey()));
    builder.addExtension(
        Extension.cRLNumber, false, new CRLNumber(body.path("crl_number").bigIntegerValue()));
    for (Extension extension : each(body.path("extensions"))) {
      builder.addExtension(extension);
    }
    return Base64.getEncoder()
        .encodeToString(
            builder.build(PkiKeys.signer(Objects.requireNonNull(issuer.keys))).getEncoded());
  }

  private static List<Extension> each(JsonNode list) {
    List<Extension> extensions = new ArrayList<>();
    for (JsonNode one : list) {
      extensions.add(
          new Extension(
              new ASN1ObjectIdentifier(one.path("id").asText()),
              one.path("critical").asBoolean(),
              Base64.getDecoder().decode(one.path("value").asText())));
    }
    return extensions;
  }
}
