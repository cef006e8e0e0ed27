package io.pulsewarden.logverifier;

import com.google.protobuf.ByteString;
import io.pulsewarden.auditclient.ChainStamper;
import io.pulsewarden.auditclient.ChainState;
import io.pulsewarden.auditclient.HeadSigner;
import io.pulsewarden.auditclient.ProducerIdentity;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.ChainKind;
import io.pulsewarden.platform.certificates.LocalCa;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A producer's chain, as a service writes it. */
final class TestChain {

  private final ChainStamper stamper;
  private @Nullable ChainState state;
  private final List<byte[]> values = new ArrayList<>();

  TestChain(LocalCa ca, Path folder, String service, String certificateName) throws Exception {
    this(ca, folder, service, certificateName, Clock.systemUTC());
  }

  TestChain(LocalCa ca, Path folder, String service, String certificateName, Clock clock)
      throws Exception {
    ca.issueService(certificateName, "pulsewarden.local").writePem(folder, service);
    HeadSigner heads =
        HeadSigner.fromPem(folder.resolve(service + ".crt"), folder.resolve(service + ".key"));
    this.stamper = new ChainStamper(new ProducerIdentity(service, heads), clock);
  }

  private TestChain(ChainStamper stamper) {
    this.stamper = stamper;
  }

  /** Another chain of the same service, under the same certificate. */
  TestChain another() {
    return new TestChain(stamper);
  }

  TestChain opened(int incarnation) {
    return opened(incarnation, ChainKind.CHAIN_KIND_PROCESS);
  }

  TestChain opened(int incarnation, ChainKind kind) {
    byte[] id = new byte[ChainState.INCARNATION_BYTES];
    id[0] = (byte) incarnation;
    return add(stamper.opened(ByteString.copyFrom(id), kind));
  }

  /** By another process, which shows its certificate in its first head. */
  TestChain takenOver() {
    ChainState left = here();
    state =
        new ChainState(left.incarnation(), left.nextSequence(), left.lastHash(), ByteString.EMPTY);
    return this;
  }

  TestChain events(int count) {
    for (int i = 0; i < count; i++) {
      add(stamper.event(here(), AuditEvent.newBuilder().setEventId("event " + i).build()));
    }
    return this;
  }

  TestChain heartbeat() {
    return heartbeats(1);
  }

  TestChain heartbeats(int count) {
    for (int i = 0; i < count; i++) {
      add(stamper.heartbeat(here()));
    }
    return this;
  }

  TestChain closed() {
    return add(stamper.closed(here()));
  }

  List<byte[]> values() {
    return values;
  }

  private ChainState here() {
    if (state == null) {
      throw new IllegalStateException("not opened");
    }
    return state;
  }

  private TestChain add(ChainStamper.Stamped stamped) {
    values.add(stamped.value().toByteArray());
    state = stamped.next();
    return this;
  }
}
