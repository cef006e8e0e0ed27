package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.SignedHead;
import io.pulsewarden.mtls.PeerIdentity;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether a head was signed by the service that it names. Thread-safe. */
final class HeadCheck {

  private static final byte[] DOMAIN =
      "pulsewarden-audit-head-v1\0".getBytes(StandardCharsets.US_ASCII);

  private final X509Certificate serviceCa;
  private final String trustDomain;

  HeadCheck(X509Certificate serviceCa, String trustDomain) {
    this.serviceCa = serviceCa;
    this.trustDomain = trustDomain;
  }

  /** The head that a record carries, if its kind carries one. */
  static Optional<SignedHead> head(AuditRecord record) {
    return switch (record.getBodyCase()) {
      case OPENED -> Optional.of(record.getOpened().getHead());
      case HEARTBEAT -> Optional.of(record.getHeartbeat().getHead());
      case CLOSED -> Optional.of(record.getClosed().getHead());
      case EVENT, FINDING, BODY_NOT_SET -> Optional.empty();
    };
  }

  /** The certificates that a record shows. */
  static List<ByteString> certificates(AuditRecord record) {
    return switch (record.getBodyCase()) {
      case OPENED -> record.getOpened().getCertificateChainList();
      case HEARTBEAT -> record.getHeartbeat().getCertificateChainList();
      case CLOSED -> record.getClosed().getCertificateChainList();
      case EVENT, FINDING, BODY_NOT_SET -> List.of();
    };
  }

  /** The key of a certificate that the services' CA vouches for; empty if it does not. */
  @SuppressWarnings("JavaUtilDate") // PKIXParameters takes no other
  Optional<PublicKey> signer(AuditRecord record) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      List<X509Certificate> chain = new ArrayList<>();
      for (ByteString der : certificates(record)) {
        X509Certificate certificate =
            (X509Certificate)
                factory.generateCertificate(new ByteArrayInputStream(der.toByteArray()));
        if (!certificate.equals(serviceCa)) {
          chain.add(certificate);
        }
      }
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(serviceCa, null)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(new Date(record.getRecordedAtMs()));
      CertPathValidator.getInstance("PKIX").validate(factory.generateCertPath(chain), parameters);
      X509Certificate own = chain.getFirst();
      return PeerIdentity.of(own, trustDomain) instanceof PeerIdentity.Service(var id)
              && id.service().equals(record.getService())
          ? Optional.of(own.getPublicKey())
          : Optional.empty();
    } catch (GeneralSecurityException | RuntimeException notVouchedFor) {
      // Whatever bytes a producer sends, they are a finding at most.
      return Optional.empty();
    }
  }

  static boolean signed(AuditRecord record, SignedHead head, PublicKey signer) {
    byte[] service = record.getService().getBytes(StandardCharsets.UTF_8);
    ByteBuffer message =
        ByteBuffer.allocate(
            DOMAIN.length
                + service.length
                + 1
                + record.getIncarnation().size()
                + Long.BYTES
                + record.getPreviousHash().size());
    message.put(DOMAIN).put(service).put((byte) 0);
    message.put(record.getIncarnation().asReadOnlyByteBuffer());
    message.putLong(record.getSequence());
    message.put(record.getPreviousHash().asReadOnlyByteBuffer());
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initVerify(signer);
      signature.update(message.array());
      return signature.verify(head.getSignature().toByteArray());
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }
}
