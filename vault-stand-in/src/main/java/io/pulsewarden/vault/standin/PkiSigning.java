package io.pulsewarden.vault.standin;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/**
 * The cryptography of the stand-in, written apart from ours and after Vault's own: PrintableString
 * in names, 159 random bits in serial numbers, thirty seconds back unless told, the defaults of
 * roles.
 */
final class PkiSigning {

  private static final Duration BACK = Duration.ofSeconds(30);

  private final PkiDraft draft;
  private final Clock clock;

  PkiSigning(PkiDraft draft, Clock clock) {
    this.draft = draft;
    this.clock = clock;
  }

  X509Certificate root(KeyPair keys, JsonNode body)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    X500Name name =
        PkiNames.name(
            PkiNames.strings(body.path("organization")), body.path("common_name").asText());
    X509v3CertificateBuilder builder =
        draft.of(name, name, keys, BACK, clock.instant().plus(ttl(body)));
    authority(builder, new BasicConstraints(true));
    return PkiDraft.sign(builder, keys, keys);
  }

  X509Certificate intermediate(PkiEngine.Issuer issuer, JsonNode body)
      throws GeneralSecurityException,
          IOException,
          OperatorCreationException,
          PKCSException,
          PkiRefused {
    PKCS10CertificationRequest request = PkiRequest.verified(body);
    X509v3CertificateBuilder builder =
        draft.of(
            PkiNames.subject(issuer),
            request.getSubject(),
            request,
            BACK,
            clock.instant().plus(ttl(body)));
    authority(builder, new BasicConstraints(body.path("max_path_length").asInt()));
    return PkiDraft.sign(builder, request, issuer);
  }

  /** Everything from the request but basicConstraints. */
  X509Certificate verbatim(PkiEngine.Issuer issuer, JsonNode body)
      throws GeneralSecurityException,
          IOException,
          OperatorCreationException,
          PKCSException,
          PkiRefused {
    PKCS10CertificationRequest request = PkiRequest.verified(body);
    X509v3CertificateBuilder builder =
        draft.of(
            PkiNames.subject(issuer), request.getSubject(), request, BACK, draft.end(issuer, body));
    Extensions asked = Objects.requireNonNull(request.getRequestedExtensions());
    for (ASN1ObjectIdentifier oid : asked.getExtensionOIDs()) {
      if (!oid.equals(Extension.basicConstraints)) {
        builder.addExtension(asked.getExtension(oid));
      }
    }
    PkiDraft.addresses(builder, issuer);
    return PkiDraft.sign(builder, request, issuer);
  }

  private static void authority(X509v3CertificateBuilder builder, BasicConstraints constraints)
      throws IOException {
    builder.addExtension(Extension.basicConstraints, true, constraints);
    builder.addExtension(
        Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
  }

  private static Duration ttl(JsonNode body) {
    return Durations.of(body.path("ttl").asText());
  }
}
