package io.pulsewarden.benchmarks.audit;

import com.google.protobuf.ByteString;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.ChainStamper;
import io.pulsewarden.auditclient.ChainState;
import io.pulsewarden.auditclient.HeadSigner;
import io.pulsewarden.auditclient.ProducerIdentity;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.ChainKind;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A producer of audit events of 600 bytes, each in its place of a chain whose heads are signed, as
 * a service writes them.
 */
final class AuditLoad implements AutoCloseable {

  /** Bytes of a record. */
  static final int RECORD_BYTES = 600;

  private static final String SERVICE = "telemetry-service";
  private static final String TOPIC = "audit.events.v1";
  private static final double NANOS = 1e9;

  private final ChainStamper stamper;
  private final Producer<byte[], byte[]> producer;
  private final AuditEvents events = new AuditEvents(Clock.systemUTC(), new SecureRandom());
  private final UUID organisation = UUID.randomUUID();
  private final SecureRandom random = new SecureRandom();
  private String padding = "";

  /** When an event was given to the producer, and where the broker put it. */
  record Sent(long nanos, Future<RecordMetadata> acknowledged) {}

  AuditLoad(AuditBed bed) throws Exception {
    Path tls = bed.tls(SERVICE);
    HeadSigner heads = HeadSigner.fromPem(tls.resolve("service.crt"), tls.resolve("service.key"));
    this.stamper = new ChainStamper(new ProducerIdentity(SERVICE, heads), Clock.systemUTC());
    Map<String, Object> settings = new HashMap<>(bed.kafka(SERVICE));
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("batch.size", 256 * 1024);
    settings.put("linger.ms", 2);
    settings.put("buffer.memory", 64L * 1024 * 1024);
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    // Three bytes of tag and length come with it.
    this.padding = "x".repeat(RECORD_BYTES - 3 - example().length);
  }

  /** A record's bytes, as they are sent. */
  byte[] example() {
    ChainState state = stamper.opened(incarnation(), ChainKind.CHAIN_KIND_PROCESS).next();
    return stamper.event(state, event()).value().toByteArray();
  }

  /** Sends so many events as fast as the broker takes them; returns when it has all. */
  void fill(int count) throws Exception {
    ChainState state = open();
    AtomicInteger refused = new AtomicInteger();
    for (int i = 0; i < count; i++) {
      ChainStamper.Stamped next = stamper.event(state, event());
      Future<RecordMetadata> _ =
          producer.send(
              record(next.value()),
              (taken, failed) -> {
                if (failed != null) {
                  refused.incrementAndGet();
                }
              });
      state = next.next();
    }
    producer.flush();
    if (refused.get() > 0) {
      throw new IOException("Kafka did not take " + refused.get() + " events");
    }
    close(state);
  }

  /** Sends events at a rate that does not wait for anybody; returns when the broker has all. */
  List<Sent> steady(int perSecond, int seconds) throws Exception {
    ChainState state = open();
    Sent[] sent = new Sent[perSecond * seconds];
    long begin = System.nanoTime();
    for (int i = 0; i < sent.length; i++) {
      long due = begin + (long) (i * NANOS / perSecond);
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      ChainStamper.Stamped next = stamper.event(state, event());
      // From when it was due: a producer that falls behind makes events late, not fewer.
      sent[i] = new Sent(due, send(next.value()));
      state = next.next();
    }
    sent[sent.length - 1].acknowledged().get();
    close(state);
    return List.of(sent);
  }

  private ChainState open() throws Exception {
    ChainStamper.Stamped opened = stamper.opened(incarnation(), ChainKind.CHAIN_KIND_PROCESS);
    send(opened.value()).get();
    return opened.next();
  }

  /** A chain that is closed is not waited for. */
  private void close(ChainState state) throws Exception {
    send(stamper.closed(state).value()).get();
  }

  private Future<RecordMetadata> send(ByteString value) {
    return producer.send(record(value));
  }

  private static ProducerRecord<byte[], byte[]> record(ByteString value) {
    return new ProducerRecord<>(TOPIC, 0, null, value.toByteArray());
  }

  private ByteString incarnation() {
    byte[] incarnation = new byte[ChainState.INCARNATION_BYTES];
    random.nextBytes(incarnation);
    return ByteString.copyFrom(incarnation);
  }

  private AuditEvent event() {
    return events
        .event(
            AuditAction.AUDIT_ACTION_OBSERVATION_READ,
            AuditOutcome.AUDIT_OUTCOME_SUCCESS,
            organisation,
            AuditEvents.user(organisation.toString(), List.of("clinician")))
        .addPatientId(UUID.randomUUID().toString())
        .setReasonCode(padding)
        .build();
  }

  @Override
  public void close() {
    producer.close();
  }
}
