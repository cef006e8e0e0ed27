package io.pulsewarden.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.ChainKind;
import io.pulsewarden.platform.network.CutWire;
import java.lang.reflect.Proxy;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class OutboxRelayIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final OutboxRelay.Limits HASTY =
      new OutboxRelay.Limits(Duration.ofHours(1), Duration.ofSeconds(3), Duration.ofSeconds(1));

  @Test
  void shouldSendInOrderAndCloseItsChain() throws Exception {
    try (OutboxBed bed = new OutboxBed("it-order")) {
      // Given
      OutboxRelay relay = bed.relay(bed.producers());

      // When
      bed.write(OutboxBed.event(1), OutboxBed.event(2));
      bed.write(OutboxBed.event(3));
      await().atMost(SOON).until(() -> bed.records().size() == 4);
      relay.close();

      // Then
      List<AuditRecord> chain = bed.records();
      assertThat(chain.getFirst().getOpened().getKind()).isEqualTo(ChainKind.CHAIN_KIND_OUTBOX);
      assertThat(chain.subList(1, 4))
          .extracting(one -> one.getEvent().getEventId())
          .containsExactly("event 1", "event 2", "event 3");
      assertThat(chain.getLast().hasClosed()).isTrue();
      assertUnbroken(bed.once());
      assertThat(bed.rows(OutboxKind.AUDIT_EVENT) + bed.rows(OutboxKind.AUDIT_RECORD)).isZero();
    }
  }

  @Test
  void shouldSendWhatItStampedAfterACrashBeforeSending() throws Exception {
    try (OutboxBed bed = new OutboxBed("it-stamped")) {
      // Given a relay that stamps and can send nothing
      bed.write(OutboxBed.event(1));
      OutboxRelay deaf = bed.relay(OutboxRelayIT::refusing);
      await().atMost(SOON).until(() -> bed.rows(OutboxKind.AUDIT_RECORD) >= 2);
      assertThat(bed.sent()).isEmpty();
      deaf.close();

      // When
      OutboxRelay relay = bed.relay(bed.producers());
      await().atMost(SOON).until(() -> bed.records().stream().anyMatch(AuditRecord::hasEvent));
      relay.close();

      // Then nothing was stamped a second time
      List<AuditRecord> records = bed.records();
      assertThat(records.stream().filter(AuditRecord::hasEvent)).hasSize(1);
      assertThat(records.get(0).hasOpened()).isTrue();
      assertThat(records.get(1).getEvent().getEventId()).isEqualTo("event 1");
      assertThat(records.get(1).getPreviousHash()).isEqualTo(sha256(bed.sent().get(0)));
    }
  }

  @Test
  void shouldBeginAnewThoughItsProducerCantEvenBeClosed() throws Exception {
    try (OutboxBed bed = new OutboxBed("it-unclosable")) {
      // Given a producer that sends nothing and fails to close, and good ones after it
      Supplier<Producer<byte[], byte[]>> real = bed.producers();
      AtomicInteger made = new AtomicInteger();
      bed.write(OutboxBed.event(1));

      // When
      OutboxRelay relay = bed.relay(() -> made.getAndIncrement() == 0 ? unclosable() : real.get());

      // Then
      await().atMost(SOON).until(() -> eventsOf(bed).contains("event 1"));
      await().atMost(SOON).until(relay::healthy);
      relay.close();
      assertThat(relay.healthy()).as("nothing runs any more").isFalse();
    }
  }

  @Test
  void shouldSendEqualBytesTwiceAfterACrashBeforeDeleting() throws Exception {
    try (OutboxBed bed = new OutboxBed("it-deleted")) {
      // Given a relay whose records reach Kafka, and that never learns of it
      bed.write(OutboxBed.event(1));
      Supplier<Producer<byte[], byte[]>> real = bed.producers();
      OutboxRelay doubting = bed.relay(() -> answerLost(real.get()));
      await().atMost(SOON).until(() -> bed.records().stream().anyMatch(AuditRecord::hasEvent));
      doubting.close();

      // When
      OutboxRelay relay = bed.relay(real);
      await().atMost(SOON).until(() -> bed.rows(OutboxKind.AUDIT_RECORD) == 0);
      relay.close();

      // Then
      List<byte[]> events =
          bed.sent().stream().filter(value -> OutboxBed.parse(value).hasEvent()).toList();
      assertThat(events).hasSizeGreaterThan(1);
      assertThat(events).allMatch(value -> Arrays.equals(value, events.getFirst()));
    }
  }

  @Test
  void shouldKeepItsChainsUnbrokenWithTwoRelaysAndALostConnection() throws Exception {
    try (OutboxBed bed = new OutboxBed("it-two")) {
      // Given
      OutboxRelay first = bed.relay(bed.producers());
      OutboxRelay second = bed.relay(bed.producers());

      // When
      writeTwenty(bed, 5);
      await().atMost(SOON).until(() -> !bed.sent().isEmpty());
      bed.killDatabaseSessions();
      await().atMost(SOON).until(() -> bed.rows(OutboxKind.AUDIT_EVENT) == 0);
      writeTwenty(bed, 5);
      await()
          .atMost(SOON)
          .until(
              () ->
                  bed.rows(OutboxKind.AUDIT_EVENT) == 0 && bed.rows(OutboxKind.AUDIT_RECORD) == 0);
      first.close();
      second.close();

      // Then, duplicates aside, the topic holds unbroken chains, and each event once
      List<byte[]> once = bed.once();
      assertThat(once.stream().filter(value -> OutboxBed.parse(value).hasEvent())).hasSize(200);
      once.stream()
          .collect(Collectors.groupingBy(value -> OutboxBed.parse(value).getIncarnation()))
          .values()
          .forEach(OutboxRelayIT::assertUnbroken);
    }
  }

  @Test
  void shouldGoOnInOneChainWhenTheBrokerDiesAndComesBack() throws Exception {
    try (OutboxBed bed = new OutboxBed("it-broker")) {
      // Given
      OutboxRelay relay = bed.relay(bed.producers());
      writeTwenty(bed, 2);
      await().atMost(SOON).until(() -> bed.records().stream().anyMatch(AuditRecord::hasEvent));

      // When what is written while the broker is away waits in the database, stamped already
      bed.kafka().kill();
      writeTwenty(bed, 2);
      await().atMost(SOON).until(() -> bed.rows(OutboxKind.AUDIT_EVENT) == 0);
      await().atMost(SOON).until(() -> !relay.healthy());
      assertThat(bed.rows(OutboxKind.AUDIT_RECORD)).isPositive();
      bed.kafka().restart();
      await().atMost(SOON.multipliedBy(2)).until(() -> bed.rows(OutboxKind.AUDIT_RECORD) == 0);
      relay.close();

      // Then the chain went on, since it is the database's: one chain, each event once
      List<byte[]> once = bed.once();
      assertThat(once.stream().map(OutboxBed::parse))
          .extracting(AuditRecord::getIncarnation)
          .containsOnly(OutboxBed.parse(once.getFirst()).getIncarnation());
      assertThat(once.stream().filter(value -> OutboxBed.parse(value).hasEvent())).hasSize(80);
      assertUnbroken(once);
    }
  }

  @Test
  void shouldLeadInPlaceOfOneThatFellSilent() throws Exception {
    try (OutboxBed bed = new OutboxBed("it-silent");
        CutWire wire = bed.wire()) {
      // Given a leader, and another instance that waits
      OutboxRelay first = bed.relay(wire, HASTY);
      bed.write(OutboxBed.event(1));
      await().atMost(SOON).until(() -> bed.records().stream().anyMatch(AuditRecord::hasEvent));
      OutboxRelay second = bed.relay(HASTY);
      await().atMost(SOON).until(second::healthy);

      // When the leader's machine loses power: no packet comes from it, and none says that it ended
      wire.hold();
      bed.write(OutboxBed.event(2));

      // Then the other one leads before long
      await().atMost(SOON).until(() -> eventsOf(bed).contains("event 2"));
      await().atMost(SOON).until(second::healthy);
      assertThat(eventsOf(bed)).containsExactly("event 1", "event 2");

      // And the one that was cut off stays behind it, once it is back
      wire.release();
      bed.write(OutboxBed.event(3));
      await().atMost(SOON).until(() -> eventsOf(bed).contains("event 3"));
      first.close();
      second.close();
      assertThat(eventsOf(bed)).containsExactly("event 1", "event 2", "event 3");
    }
  }

  @Test
  @SuppressWarnings("try") // The leader's end is what is waited for.
  void shouldSayAtAnInstanceThatWaitsThatNobodySends() throws Exception {
    try (OutboxBed bed = new OutboxBed("it-nobody");
        Connection leader = bed.leader()) {
      // Given one that has the lead and does nothing with it
      OutboxRelay relay = bed.relay(HASTY);
      await().atMost(SOON).until(relay::healthy);

      // When
      bed.write(OutboxBed.event(1));

      // Then
      await().atMost(SOON).until(() -> !relay.healthy());
      leader.close();
      await().atMost(SOON).until(relay::healthy);
      assertThat(eventsOf(bed)).containsExactly("event 1");
      relay.close();
    }
  }

  @Test
  void shouldSendPlainRecordsAsTheyAre() throws Exception {
    try (OutboxBed bed = new OutboxBed("it-plain")) {
      // Given a topic that this service may write to
      AuditRecord plain = AuditRecord.newBuilder().setService("it-plain").setSequence(77).build();
      OutboxRelay relay = bed.relay(bed.producers());

      // When
      bed.write(
          OutboxRow.record(
              "audit.events.v1", 0, ByteString.copyFromUtf8("key"), plain.toByteString()));

      // Then
      await().atMost(SOON).until(() -> bed.records().contains(plain));
      relay.close();
      assertThat(bed.rows(OutboxKind.RECORD)).isZero();
    }
  }

  private static List<String> eventsOf(OutboxBed bed) {
    return bed.records().stream()
        .filter(AuditRecord::hasEvent)
        .map(one -> one.getEvent().getEventId())
        .toList();
  }

  private static void writeTwenty(OutboxBed bed, int times) {
    for (int i = 0; i < times; i++) {
      bed.write(IntStream.range(0, 20).mapToObj(OutboxBed::event).toArray(OutboxRow[]::new));
    }
  }

  private static void assertUnbroken(List<byte[]> chain) {
    for (int i = 0; i < chain.size(); i++) {
      AuditRecord here = OutboxBed.parse(chain.get(i));
      assertThat(here.getSequence()).isEqualTo(i);
      if (i > 0) {
        assertThat(here.getPreviousHash()).isEqualTo(sha256(chain.get(i - 1)));
      }
    }
  }

  private static Producer<byte[], byte[]> unclosable() {
    MockProducer<byte[], byte[]> producer = refusing();
    producer.closeException = new KafkaException("an interceptor fails to close");
    return producer;
  }

  private static MockProducer<byte[], byte[]> refusing() {
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    producer.sendException = new TimeoutException("no broker");
    return producer;
  }

  /** The broker has the record, and the relay never learns of it. */
  @SuppressWarnings("unchecked") // the proxy implements the one interface it is made for
  private static Producer<byte[], byte[]> answerLost(Producer<byte[], byte[]> real) {
    return (Producer<byte[], byte[]>)
        Proxy.newProxyInstance(
            Producer.class.getClassLoader(),
            new Class<?>[] {Producer.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("send") && arguments.length == 2) {
                Callback asked = (Callback) arguments[1];
                Callback lost =
                    (metadata, failure) ->
                        asked.onCompletion(metadata, new TimeoutException("answer lost"));
                return method.invoke(real, arguments[0], lost);
              }
              return method.invoke(real, arguments);
            });
  }

  private static ByteString sha256(byte[] value) {
    try {
      return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(value));
    } catch (NoSuchAlgorithmException missing) {
      throw new AssertionError(missing);
    }
  }
}
