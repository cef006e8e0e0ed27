package io.pulsewarden.audit.siem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.ChainHeartbeat;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SiemStreamTest {

  private final List<Long> received = new CopyOnWriteArrayList<>();
  private final List<Integer> batches = new CopyOnWriteArrayList<>();

  @Test
  void shouldSendEachEntryInOrderAndSayHowFarBehindItIs() throws Exception {
    MemoryTail tail = MemoryTail.of(1000);
    try (StreamBed bed = new StreamBed(tail, () -> receiver(this::receive, () -> {}))) {
      await().atMost(StreamBed.SOON).until(() -> tail.cursor() == 1000);
      tail.add(MemoryTail.read(1000));
      await().atMost(StreamBed.SOON).until(() -> tail.cursor() == 1001);

      assertThat(received).isEqualTo(LongStream.rangeClosed(0, 1000).boxed().toList());
      await()
          .atMost(StreamBed.SOON)
          .until(
              () ->
                  bed.registry.get("pulsewarden.siem.lag").gauge().value() == 0
                      && bed.stream.standing() == SiemStream.Standing.STREAMING);
      assertThat(bed.failures()).isZero();
    }
  }

  @Test
  void shouldLeaveOutHeartbeatsAlone() throws Exception {
    MemoryTail tail = MemoryTail.of(1);
    tail.add(
        AuditRecord.newBuilder()
            .setService("a")
            .setHeartbeat(ChainHeartbeat.getDefaultInstance())
            .build());
    tail.add(MemoryTail.read(2));
    try (StreamBed bed = new StreamBed(tail, () -> receiver(this::receive, () -> {}))) {
      await().atMost(StreamBed.SOON).until(() -> tail.cursor() == 3);

      assertThat(received).containsExactly(0L, 2L);
      assertThat(bed.failures()).isZero();
    }
  }

  @Test
  void shouldSendAgainWhatWasNotConfirmed() throws Exception {
    // Given a receiver that takes all and confirms only the third time
    MemoryTail tail = MemoryTail.of(100);
    int[] refusals = {2};
    try (StreamBed bed =
        new StreamBed(
            tail,
            () ->
                receiver(
                    this::receive,
                    () -> {
                      if (refusals[0]-- > 0) {
                        throw new IOException("gone");
                      }
                    }))) {
      await().atMost(StreamBed.SOON).until(() -> tail.cursor() == 100);

      // Then nothing is missing, and what came twice has the same index
      assertThat(received).hasSizeGreaterThan(100);
      assertThat(received.stream().distinct()).isEqualTo(LongStream.range(0, 100).boxed().toList());
      assertThat(bed.failures()).isEqualTo(2);
    }
  }

  @Test
  void shouldSendAgainWhatWasConfirmedAndNotWrittenDown() throws Exception {
    MemoryTail tail = MemoryTail.of(100);
    tail.refuseAdvances(1);
    try (StreamBed bed = new StreamBed(tail, () -> receiver(this::receive, () -> {}))) {
      await().atMost(StreamBed.SOON).until(() -> tail.cursor() == 100);

      assertThat(received.stream().filter(index -> index == 0)).hasSize(2);
      assertThat(received.stream().distinct()).hasSize(100);
      assertThat(bed.failures()).isEqualTo(1);
    }
  }

  @Test
  void shouldSendLessAtOnceToWhoTakesLess() throws Exception {
    MemoryTail tail = MemoryTail.of(600);
    try (StreamBed bed =
        new StreamBed(
            tail,
            () ->
                receiver(
                    events -> {
                      if (events.size() > 20) {
                        throw new IOException("the receiver answered 413");
                      }
                      receive(events);
                    },
                    () -> {}))) {
      await().atMost(StreamBed.SOON).until(() -> tail.cursor() == 600);

      assertThat(received).isEqualTo(LongStream.range(0, 600).boxed().toList());
      assertThat(batches).allMatch(size -> size <= 20);
      assertThat(bed.failures()).isPositive();
    }
  }

  @Test
  void shouldHoldNoMoreThanABatchWhileTheReceiverIsSlow() throws Exception {
    // Given
    MemoryTail tail = MemoryTail.of(10_000);
    Semaphore slow = new Semaphore(0);
    try (StreamBed bed =
        new StreamBed(
            tail,
            () ->
                receiver(
                    events -> {
                      slow.acquireUninterruptibly();
                      receive(events);
                    },
                    () -> {}))) {
      // When one batch is let through
      slow.release();
      await().atMost(StreamBed.SOON).until(() -> received.size() >= 256);

      // Then the next one waits, and nothing was read ahead; the log itself is not asked to wait
      assertThat(received).hasSize(256);
      tail.add(MemoryTail.read(10_000));
      assertThat(tail.published()).isEqualTo(10_001);
      assertThat(bed.failures()).isZero();
      slow.release(1000);
      await().atMost(StreamBed.SOON).until(() -> tail.cursor() == 10_001);
      assertThat(received).hasSize(10_001);
    }
  }

  private void receive(List<OcsfEvent> events) {
    batches.add(events.size());
    events.forEach(event -> received.add(event.index()));
  }

  private interface Sending {
    void send(List<OcsfEvent> events) throws IOException;
  }

  private interface Confirming {
    void confirm() throws IOException;
  }

  private static Receiver receiver(Sending sending, Confirming confirming) {
    return new Receiver() {
      @Override
      public void send(List<OcsfEvent> events) throws IOException {
        sending.send(events);
      }

      @Override
      public void confirm() throws IOException {
        confirming.confirm();
      }

      @Override
      public Duration confirmAfter() {
        return Duration.ZERO;
      }

      @Override
      public void close() {}
    };
  }
}
