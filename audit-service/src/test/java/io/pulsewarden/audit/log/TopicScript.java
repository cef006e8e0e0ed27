package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import io.pulsewarden.auditclient.ChainStamper;
import io.pulsewarden.auditclient.ChainState;
import io.pulsewarden.auditclient.HeadSigner;
import io.pulsewarden.auditclient.ProducerIdentity;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.ChainKind;
import io.pulsewarden.platform.certificates.LocalCa;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A topic as a test writes it, and the log that readers make of it. */
final class TopicScript {

  static final LocalCa CA = LocalCa.create("services");

  /** Where the services have that CA alone. */
  static HeadCheck heads() {
    return heads(CA);
  }

  static HeadCheck heads(LocalCa... cas) {
    Set<X509Certificate> all =
        Stream.of(cas).map(LocalCa::certificate).collect(Collectors.toUnmodifiableSet());
    return new HeadCheck(() -> all, "pulsewarden.local");
  }

  private final List<Received> topic = new ArrayList<>();
  private final Path folder;
  private long now = 1_764_000_000_000L;

  TopicScript(Path folder) {
    this.folder = folder;
  }

  /** One producer. */
  final class Chain {
    private final ChainStamper stamper;
    private final ByteString incarnation;
    private ChainState state;

    private Chain(String service, int number, LocalCa ca, Clock clock) throws Exception {
      String file = service + number;
      ca.issueService(service, "pulsewarden.local").writePem(folder, file);
      HeadSigner heads =
          HeadSigner.fromPem(folder.resolve(file + ".crt"), folder.resolve(file + ".key"));
      this.stamper = new ChainStamper(new ProducerIdentity(service, heads), clock);
      byte[] id = new byte[ChainState.INCARNATION_BYTES];
      id[0] = (byte) number;
      this.incarnation = ByteString.copyFrom(id);
      this.state = ChainState.beforeFirst(incarnation);
    }

    ByteString opened() {
      return next(stamper.opened(incarnation, ChainKind.CHAIN_KIND_PROCESS));
    }

    ByteString event(String id) {
      return next(stamper.event(state, AuditEvent.newBuilder().setEventId(id).build()));
    }

    /** Another record for the next place, which the chain does not go on from. */
    ByteString doubled(String id) {
      return stamper.event(state, AuditEvent.newBuilder().setEventId(id).build()).value();
    }

    ByteString heartbeat() {
      return next(stamper.heartbeat(state));
    }

    ByteString closed() {
      return next(stamper.closed(state));
    }

    ChainState state() {
      return state;
    }

    void state(ChainState other) {
      state = other;
    }

    private ByteString next(ChainStamper.Stamped stamped) {
      state = stamped.next();
      return stamped.value();
    }
  }

  Chain chain(String service, int number) throws Exception {
    return chain(service, number, CA, Clock.systemUTC());
  }

  /** One whose certificate is another CA's, or whose clock is wrong. */
  Chain chain(String service, int number, LocalCa ca, Clock clock) throws Exception {
    return new Chain(service, number, ca, clock);
  }

  TopicScript send(ByteString... values) {
    for (ByteString value : values) {
      topic.add(new Received(topic.size(), now, value));
    }
    return this;
  }

  TopicScript pass(long seconds) {
    now += seconds * 1000;
    return this;
  }

  int size() {
    return topic.size();
  }

  List<Received> read(long from, long to) {
    return List.copyOf(topic.subList((int) from, (int) to));
  }

  /** The log of this topic, read in batches of these sizes, again and again. */
  List<Leaf> log(int... batches) {
    return log(heads(), batches);
  }

  List<Leaf> log(HeadCheck heads, int... batches) {
    MemoryLogState log = new MemoryLogState();
    int at = 0;
    for (int turn = 0; at < topic.size(); turn++) {
      int end = Math.min(topic.size(), at + batches[turn % batches.length]);
      // Remembers nothing between batches but the log, as a sequencer that starts anew.
      var outcome = new LogAppender(log, heads).append(topic.subList(at, end));
      if (!(outcome instanceof AppendOutcome.Committed)) {
        throw new AssertionError("not committed");
      }
      at = end;
    }
    return log.leaves();
  }
}
