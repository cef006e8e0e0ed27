package io.pulsewarden.registry.status;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.Req;
import org.jspecify.annotations.Nullable;

/**
 * An OCSP request as it was read (RFC 6960, section 4.1).
 *
 * @param ids whose status is asked; not empty
 * @param nonce to be given back, if there is one (RFC 9654)
 */
record StatusQuestion(List<CertID> ids, Optional<Extension> nonce) {

  static final int MAX_LENGTH = 4096;
  private static final int MAX_IDS = 8;
  private static final int MAX_NONCE = 128;

  StatusQuestion {
    ids = List.copyOf(ids);
  }

  /** Empty if it is none, or larger than anybody needs. */
  static Optional<StatusQuestion> parse(byte[] der) {
    if (der.length == 0 || der.length > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      OCSPReq request = new OCSPReq(der);
      List<CertID> ids =
          List.of(request.getRequestList()).stream()
              .map(Req::getCertID)
              .map(CertificateID::toASN1Primitive)
              .toList();
      Extension nonce = request.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
      return ids.isEmpty() || ids.size() > MAX_IDS || !isShort(nonce)
          ? Optional.empty()
          : Optional.of(new StatusQuestion(ids, Optional.ofNullable(nonce)));
    } catch (IOException | RuntimeException malformed) {
      return Optional.empty();
    }
  }

  private static boolean isShort(@Nullable Extension nonce) {
    if (nonce == null) {
      return true;
    }
    int length = ASN1OctetString.getInstance(nonce.getParsedValue()).getOctetsLength();
    return length >= 1 && length <= MAX_NONCE;
  }
}
