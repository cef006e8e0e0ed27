package io.pulsewarden.outbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewarden.auditclient.ChainStamper;
import io.pulsewarden.auditclient.ChainStamper.Stamped;
import io.pulsewarden.auditclient.ChainState;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.ChainKind;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gives audit events their place in the outbox's chain. One thread, while it leads. */
final class ChainKeeper {

  private final ChainStamper stamper;
  private final long heartbeatNanos;
  private final SecureRandom random = new SecureRandom();
  private ByteString shownCertificate = ByteString.EMPTY;
  private long lastHead;

  /** What one transaction adds to the chain. */
  private static final class Addition {
    private final List<ByteString> records = new ArrayList<>();
    private ChainState state;

    Addition(ChainState state) {
      this.state = state;
    }

    void add(Function<ChainState, Stamped> step) {
      Stamped stamped = step.apply(state);
      records.add(stamped.value());
      state = stamped.next();
    }
  }

  ChainKeeper(ChainStamper stamper, Duration heartbeat) {
    this.stamper = stamper;
    this.heartbeatNanos = heartbeat.toNanos();
    this.lastHead = System.nanoTime() - heartbeatNanos;
  }

  /**
   * Stamps the events that wait, and adds a head if one is due.
   *
   * @return whether there was anything to do
   */
  boolean stamp(OutboxStore store) {
    boolean headDue = System.nanoTime() - lastHead >= heartbeatNanos;
    if (!headDue && store.unstamped().isEmpty()) {
      return false;
    }
    inTransaction(store, headDue ? stamper::heartbeat : null, false);
    if (headDue) {
      lastHead = System.nanoTime();
    }
    return true;
  }

  /** Stamps the events that wait and ends the chain; the next leader opens another. */
  void close(OutboxStore store) {
    inTransaction(store, stamper::closed, true);
  }

  private void inTransaction(
      OutboxStore store, @Nullable Function<ChainState, Stamped> head, boolean last) {
    store.begin();
    // Whatever fails in between ends the session, and so the transaction.
    ChainState after = extend(store, head, last);
    // A crash before the commit leaves the events unstamped and the chain where it was: whoever
    // leads next stamps them, with other hashes, and nothing of this attempt was ever seen. A crash
    // after it leaves audit records that go out as they are. If the commit's answer is lost, either
    // holds, and the next look at the tables tells which.
    store.commit();
    shownCertificate = last ? ByteString.EMPTY : after.shownCertificate();
  }

  private ChainState extend(
      OutboxStore store, @Nullable Function<ChainState, Stamped> head, boolean last) {
    Optional<ChainState> open = store.lockChain(shownCertificate);
    Addition addition = new Addition(open.orElseGet(() -> ChainState.beforeFirst(incarnation())));
    if (open.isEmpty()) {
      addition.add(fresh -> stamper.opened(fresh.incarnation(), ChainKind.CHAIN_KIND_OUTBOX));
    }
    List<OutboxStore.Unstamped> events = store.unstamped();
    for (OutboxStore.Unstamped event : events) {
      addition.add(state -> stamper.event(state, parse(event)));
    }
    if (head != null && (open.isPresent() || last)) {
      addition.add(head);
    }
    store.replace(events, addition.records);
    if (open.isEmpty()) {
      store.openChain(addition.state);
    } else {
      store.advanceChain(addition.state);
    }
    if (last) {
      store.closeChain();
    }
    return addition.state;
  }

  private static AuditEvent parse(OutboxStore.Unstamped row) {
    try {
      return AuditEvent.parseFrom(row.event());
    } catch (InvalidProtocolBufferException malformed) {
      throw new IllegalStateException("a row of kind 1 holds no audit event", malformed);
    }
  }

  private ByteString incarnation() {
    byte[] id = new byte[ChainState.INCARNATION_BYTES];
    random.nextBytes(id);
    return ByteString.copyFrom(id);
  }
}
