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
    ca.issueService(certificateName, "pulsewarden.local").writePem(folder, service);
    HeadSigner heads =
        HeadSigner.fromPem(folder.resolve(service + ".crt"), folder.resolve(service + ".key"));
    this.stamper = new ChainStamper(new ProducerIdentity(service, heads), Clock.systemUTC());
  }

  TestChain opened(int incarnation) {
    byte[] id = new byte[ChainState.INCARNATION_BYTES];
    id[0] = (byte) incarnation;
    return add(stamper.opened(ByteString.copyFrom(id), ChainKind.CHAIN_KIND_PROCESS));
  }

  TestChain events(int count) {
    for (int i = 0; i < count; i++) {
      add(stamper.event(here(), AuditEvent.newBuilder().setEventId("event " + i).build()));
    }
    return this;
  }

  TestChain heartbeat() {
    return add(stamper.heartbeat(here()));
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
