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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Whether a head was signed by the service that it names. One thread.
 *
 * <p>What it says follows from a record and the services' CAs that are known: these stay the same
 * until {@link #refresh} is called.
 */
final class HeadCheck {

  private static final byte[] DOMAIN =
      "pulsewarden-audit-head-v1\0".getBytes(StandardCharsets.US_ASCII);

  /**
   * So far a writer's clock may have gone back. A forger gains nothing: the key of a certificate is
   * no older than it. Part of the log's format: changing it changes which log a topic gives.
   */
  static final Duration EARLY = Duration.ofHours(24);

  private final Supplier<Set<X509Certificate>> serviceCas;
  private final String trustDomain;
  private Set<X509Certificate> known;

  /**
   * @param serviceCas those that are known now, never fewer than before
   */
  HeadCheck(Supplier<Set<X509Certificate>> serviceCas, String trustDomain) {
    this.serviceCas = serviceCas;
    this.trustDomain = trustDomain;
    this.known = serviceCas.get();
  }

  /** Looks for new CAs; true if there are any: what nobody vouched for may be good now. */
  boolean refresh() {
    int before = known.size();
    known = serviceCas.get();
    return known.size() > before;
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

  /** The key of a certificate that a services' CA vouches for; empty if none does. */
  @SuppressWarnings("JavaUtilDate") // PKIXParameters takes no other
  Optional<PublicKey> signer(AuditRecord record) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      List<X509Certificate> chain = new ArrayList<>();
      for (ByteString der : certificates(record)) {
        X509Certificate certificate =
            (X509Certificate)
                factory.generateCertificate(new ByteArrayInputStream(der.toByteArray()));
        if (!known.contains(certificate)) {
          chain.add(certificate);
        }
      }
      PKIXParameters parameters = new PKIXParameters(anchors());
      parameters.setRevocationEnabled(false);
      parameters.setDate(new Date(judgedAt(chain, record.getRecordedAtMs())));
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

  /** When it says that it was recorded; a little before the certificates began, when they did. */
  @SuppressWarnings("JavaUtilDate") // X509Certificate gives no other
  private static long judgedAt(List<X509Certificate> chain, long recordedAtMs) {
    long begun =
        chain.stream().mapToLong(one -> one.getNotBefore().getTime()).max().orElse(recordedAtMs);
    return recordedAtMs >= begun - EARLY.toMillis() ? Math.max(recordedAtMs, begun) : recordedAtMs;
  }

  private Set<TrustAnchor> anchors() {
    return known.stream().map(ca -> new TrustAnchor(ca, null)).collect(Collectors.toSet());
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
