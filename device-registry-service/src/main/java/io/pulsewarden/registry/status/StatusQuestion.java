package io.pulsewarden.registry.status;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.ocsp.Request;
import org.bouncycastle.asn1.ocsp.TBSRequest;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
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

  /**
   * Whether these bytes are the only ones that ask this: one certificate, no extension, no
   * signature, no parameters of the hash. Of a question in another form there are any number.
   */
  boolean isPlain(byte[] der) {
    CertID id = ids.getFirst();
    ASN1Encodable parameters = id.getHashAlgorithm().getParameters();
    if (ids.size() != 1
        || nonce.isPresent()
        || !(parameters == null || parameters.equals(DERNull.INSTANCE))) {
      return false;
    }
    try {
      Request one = new Request(id, null);
      TBSRequest all = new TBSRequest(null, new DERSequence(one), (Extensions) null);
      return Arrays.equals(new OCSPRequest(all, null).getEncoded(ASN1Encoding.DER), der);
    } catch (IOException impossible) {
      throw new IllegalStateException("writes into memory", impossible);
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
