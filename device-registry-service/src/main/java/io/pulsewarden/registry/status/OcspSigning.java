package io.pulsewarden.registry.status;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.ResponderID;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** Writes and signs OCSP answers (RFC 6960, section 4.2). Stateless, thread-safe. */
final class OcspSigning {

  private static final Extension EXTENDED_REVOKE =
      extension(OCSPObjectIdentifiers.id_pkix_ocsp_extended_revoke, DERNull.INSTANCE);

  private OcspSigning() {}

  /**
   * What is known of one of the asked certificates.
   *
   * @param status null if its issuer is not one of ours
   */
  record Known(CertID id, @Nullable CertificateStatus status) {}

  /** An error without a signature. */
  static byte[] error(int status) {
    try {
      return new OCSPRespBuilder().build(status, null).getEncoded();
    } catch (OCSPException | IOException impossible) {
      throw new IllegalStateException("writes into memory", impossible);
    }
  }

  static StatusAnswer sign(
      List<Known> known,
      Optional<Extension> nonce,
      StatusSigners.Signer signer,
      Instant now,
      Instant nextUpdate) {
    try {
      X509CertificateHolder certificate = new JcaX509CertificateHolder(signer.certificate());
      BasicOCSPRespBuilder answer =
          new BasicOCSPRespBuilder(responder(certificate.getSubjectPublicKeyInfo()));
      Set<UUID> devices = new HashSet<>();
      Set<Extension> extensions = new HashSet<>();
      nonce.ifPresent(extensions::add);
      for (Known one : known) {
        answer.addResponse(
            new CertificateID(one.id()),
            status(one.status()),
            Date.from(now),
            Date.from(nextUpdate));
        device(one.status()).ifPresent(devices::add);
        if (one.status() instanceof CertificateStatus.NotIssued) {
          extensions.add(EXTENDED_REVOKE);
        }
      }
      if (!extensions.isEmpty()) {
        answer.setResponseExtensions(new Extensions(extensions.toArray(new Extension[0])));
      }
      OCSPResp whole =
          new OCSPRespBuilder()
              .build(
                  OCSPRespBuilder.SUCCESSFUL,
                  answer.build(
                      new JcaContentSignerBuilder("SHA256withECDSA").build(signer.key()),
                      new X509CertificateHolder[] {certificate},
                      Date.from(now)));
      boolean lasting = nonce.isEmpty() && devices.size() == known.size();
      return new StatusAnswer(whole.getEncoded(), now, nextUpdate, devices, lasting);
    } catch (OCSPException
        | OperatorCreationException
        | GeneralSecurityException
        | IOException failed) {
      throw new IllegalStateException("an OCSP answer can't be signed", failed);
    }
  }

  private static Optional<UUID> device(@Nullable CertificateStatus status) {
    return switch (status) {
      case CertificateStatus.Good(UUID device) -> Optional.of(device);
      case CertificateStatus.Revoked revoked -> Optional.of(revoked.device());
      case CertificateStatus.NotIssued ignored -> Optional.empty();
      case null -> Optional.empty();
    };
  }

  /**
   * A certificate that was signed behind the registry's back is not 'unknown', which some take for
   * good: it is revoked, as RFC 6960, section 2.2, says such ones are.
   */
  private static org.bouncycastle.cert.ocsp.@Nullable CertificateStatus status(
      @Nullable CertificateStatus status) {
    return switch (status) {
      case CertificateStatus.Good ignored -> null;
      case CertificateStatus.Revoked revoked ->
          new RevokedStatus(Date.from(revoked.at()), revoked.reason());
      case CertificateStatus.NotIssued ignored ->
          new RevokedStatus(Date.from(Instant.EPOCH), ReasonCode.CERTIFICATE_HOLD);
      case null -> new UnknownStatus();
    };
  }

  /** By the hash of the key, which is short (RFC 5019, section 2.2.1). */
  private static RespID responder(SubjectPublicKeyInfo key) throws GeneralSecurityException {
    byte[] hash = MessageDigest.getInstance("SHA-1").digest(key.getPublicKeyData().getBytes());
    return new RespID(new ResponderID(new DEROctetString(hash)));
  }

  private static Extension extension(
      org.bouncycastle.asn1.ASN1ObjectIdentifier type, org.bouncycastle.asn1.ASN1Object value) {
    try {
      return new Extension(type, false, value.getEncoded());
    } catch (IOException impossible) {
      throw new IllegalStateException("writes into memory", impossible);
    }
  }
}
