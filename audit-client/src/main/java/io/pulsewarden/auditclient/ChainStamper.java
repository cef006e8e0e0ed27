package io.pulsewarden.auditclient;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.ChainClosed;
import io.pulsewarden.contracts.audit.v1.ChainHeartbeat;
import io.pulsewarden.contracts.audit.v1.ChainKind;
import io.pulsewarden.contracts.audit.v1.ChainOpened;
import io.pulsewarden.contracts.audit.v1.SignedHead;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.List;

/**
 * Makes the records of a chain (docs/formats/audit-leaf.md): sequence, previous hash, signed heads.
 * Keeps nothing: a state goes in, a record and the state after it come out. Whoever calls decides
 * when the new state holds. Thread-safe.
 */
public final class ChainStamper {

  /** The largest value a record may have: an entry of the log has a length of two bytes. */
  public static final int MAX_RECORD_BYTES = 65_535;

  private final ProducerIdentity identity;
  private final Clock clock;

  /**
   * A record and where its chain stands once the record is in it.
   *
   * @param value what goes to Kafka, and the leaf of the log
   */
  public record Stamped(ByteString value, ChainState next) {}

  /** A head's signature, and its certificates where the chain has not shown them yet. */
  private record Head(SignedHead head, List<ByteString> certificates, ByteString fingerprint) {}

  public ChainStamper(ProducerIdentity identity, Clock clock) {
    this.identity = identity;
    this.clock = clock;
  }

  /** The first record of a chain. */
  public Stamped opened(ByteString incarnation, ChainKind kind) {
    ChainState state = ChainState.beforeFirst(incarnation);
    Head head = head(state);
    ChainOpened opened =
        ChainOpened.newBuilder()
            .addAllCertificateChain(head.certificates())
            .setHead(head.head())
            .setKind(kind)
            .build();
    return stamp(state, record(state).setOpened(opened), head.fingerprint());
  }

  /**
   * A record of what happened.
   *
   * @throws IllegalArgumentException if the record would be larger than {@link #MAX_RECORD_BYTES}
   */
  public Stamped event(ChainState state, AuditEvent event) {
    return stamp(state, record(state).setEvent(event), state.shownCertificate());
  }

  /** The chain is alive, and this is its head. */
  public Stamped heartbeat(ChainState state) {
    Head head = head(state);
    ChainHeartbeat heartbeat =
        ChainHeartbeat.newBuilder()
            .setHead(head.head())
            .addAllCertificateChain(head.certificates())
            .build();
    return stamp(state, record(state).setHeartbeat(heartbeat), head.fingerprint());
  }

  /** The last record of a chain. */
  public Stamped closed(ChainState state) {
    Head head = head(state);
    ChainClosed closed =
        ChainClosed.newBuilder()
            .setHead(head.head())
            .addAllCertificateChain(head.certificates())
            .build();
    return stamp(state, record(state).setClosed(closed), head.fingerprint());
  }

  private Head head(ChainState state) {
    HeadSigner.HeadSignature signed = identity.heads().sign(SignedHeads.message(identity, state));
    SignedHead head =
        SignedHead.newBuilder()
            .setSignature(signed.signature())
            .setSignerFingerprint(signed.fingerprint())
            .build();
    boolean shown = signed.fingerprint().equals(state.shownCertificate());
    return new Head(head, shown ? List.of() : signed.chain(), signed.fingerprint());
  }

  private AuditRecord.Builder record(ChainState state) {
    return AuditRecord.newBuilder()
        .setService(identity.service())
        .setIncarnation(state.incarnation())
        .setSequence(state.nextSequence())
        .setPreviousHash(state.lastHash())
        .setRecordedAtMs(clock.millis());
  }

  private static Stamped stamp(ChainState state, AuditRecord.Builder record, ByteString shown) {
    ByteString value = record.build().toByteString();
    if (value.size() > MAX_RECORD_BYTES) {
      throw new IllegalArgumentException("an audit record has at most 65,535 bytes");
    }
    ByteString hash = sha256(value);
    return new Stamped(
        value, new ChainState(state.incarnation(), state.nextSequence() + 1, hash, shown));
  }

  private static ByteString sha256(ByteString value) {
    try {
      return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(value.toByteArray()));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }
}
