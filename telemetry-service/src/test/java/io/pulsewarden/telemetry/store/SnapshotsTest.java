package io.pulsewarden.telemetry.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.pulsewarden.telemetry.Clinic;
import io.pulsewarden.telemetry.keys.BaseKeys;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.KeyAnswer;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.KeysUnavailableException;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.Sealers;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.BlockOpener.BlockContent;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotsTest {

  private static final UUID ORGANISATION = new UUID(0, 1);
  private static final UUID PATIENT = new UUID(0, 2);
  private static final UUID DEVICE = new UUID(0, 3);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Sealers sealers = new Sealers(10);
  private final BaseKeys keys = new InMemoryBaseKeys(Clock.systemUTC());
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger attempts = new AtomicInteger();

  @AfterEach
  void close() {
    sealers.close();
  }

  @Test
  void shouldGiveTheConnectionBackWhileKeysAreFetched() {
    CompletableFuture<Void> fetched = new CompletableFuture<>();

    CompletableFuture<List<BlockContent>> read =
        read(requests -> fetched.thenCompose(_ -> keys.all(requests)));

    assertThat(read).isNotDone();
    assertThat(attempts).hasValue(1);
    assertThat(connections).as("held meanwhile").hasValue(0);

    fetched.complete(null);
    assertThat(read.join().getFirst().readings()).hasSize(1);
    assertThat(attempts).hasValue(2);
    assertThat(connections).hasValue(0);
  }

  @Test
  void shouldTakeOneAttemptWhereKeysAreThere() {
    assertThat(read(keys).join()).hasSize(1);
    assertThat(attempts).hasValue(1);
  }

  @Test
  void shouldFailWhereKeysCannotBeHad() {
    CompletableFuture<List<KeyAnswer>> fetched = new CompletableFuture<>();
    CompletableFuture<List<BlockContent>> read = read(_ -> fetched);
    fetched.completeExceptionally(new KeysUnavailableException("away", null));

    assertThat(read)
        .failsWithin(PATIENCE)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(KeysUnavailableException.class);
  }

  /** A cache that is so small that a key is gone before it is used. */
  @Test
  void shouldNotTryForEver() {
    Deque<Runnable> later = new ArrayDeque<>();
    CompletableFuture<List<BlockContent>> read =
        read(
            requests ->
                CompletableFuture.supplyAsync(
                    () -> keys.all(requests).toCompletableFuture().join(), later::add));
    while (!later.isEmpty()) {
      later.remove().run();
    }

    assertThat(read)
        .failsWithin(PATIENCE)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(KeysUnavailableException.class);
    assertThat(attempts).hasValueGreaterThan(10);
  }

  private CompletableFuture<List<BlockContent>> read(BaseKeys with) {
    BlockOpener opener = new BlockOpener(new Sealing(with, sealers)).inHand();
    StoredBlock block = block();
    return Snapshots.with(
            () -> {
              attempts.incrementAndGet();
              connections.incrementAndGet();
              return opener
                  .open(List.of(block))
                  .onTermination()
                  .invoke(connections::decrementAndGet);
            })
        .subscribeAsCompletionStage()
        .toCompletableFuture();
  }

  private StoredBlock block() {
    StoredBlock block =
        new StoredBlock(
            0,
            0,
            ORGANISATION,
            false,
            PATIENT,
            DEVICE,
            DEVICE,
            1_000,
            1_000,
            VitalBlock.SCHEMA_VERSION,
            null,
            0,
            1_000,
            0,
            Set.of(),
            ByteString.EMPTY);
    byte[] envelope =
        new Sealing(keys, sealers)
            .seal(
                KeySubject.patient(ORGANISATION, PATIENT),
                Purpose.VITALS,
                block.context(),
                new VitalBlock(false, List.of(Clinic.heartRate(1_000, "60"))).encode())
            .toCompletableFuture()
            .join();
    return block.sealed(ByteString.copyFrom(envelope));
  }
}
