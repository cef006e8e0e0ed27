package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.audit.checkpoint.CheckpointSigner;
import io.pulsewarden.audit.checkpoint.SignedCheckpoint;
import io.pulsewarden.audit.checkpoint.SigningKeyFile;
import io.pulsewarden.audit.merkle.MerkleHash;
import io.pulsewarden.audit.merkle.ProofBuilder;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every durable step fails, and fails though it was done, one after the other. Whatever was
 * published before stays true of the log that comes out.
 */
class SequencerCrashTest {

  private static final String ORIGIN = "test.example/log";
  private static final int BATCH = 7;

  @TempDir private Path folder;
  private TopicScript topic = new TopicScript(Path.of(""));
  private final List<String> published = new ArrayList<>();

  /** How a step fails. */
  enum Fault {
    FAILED,
    FAILED_BUT_PERSISTED
  }

  /** Lets one durable step fail: the nth there is. */
  private static final class Faulty {
    private final int at;
    private final @Nullable Fault fault;
    private int steps;

    Faulty(int at, @Nullable Fault fault) {
      this.at = at;
      this.fault = fault;
    }

    void step(Runnable step) {
      boolean now = steps++ == at && fault != null;
      if (!now || fault == Fault.FAILED_BUT_PERSISTED) {
        step.run();
      }
      if (now) {
        throw new IllegalStateException("the step's answer was lost");
      }
    }
  }

  /** A database whose answers get lost. */
  private final class FaultyState extends MemoryLogState {
    private final MemoryLogState durable;
    private final Faulty faulty;
    private Runnable beforeCommit = () -> {};

    FaultyState(MemoryLogState durable, Faulty faulty) {
      this.durable = durable;
      this.faulty = faulty;
    }

    @Override
    public boolean commit(TreeHead from, TreeHead to, LogStore.Addition addition) {
      Runnable paused = beforeCommit;
      beforeCommit = () -> {};
      paused.run();
      boolean[] done = new boolean[1];
      faulty.step(() -> done[0] = durable.commit(from, to, addition));
      return done[0];
    }

    @Override
    public void storeCheckpoint(long size, String note) {
      faulty.step(
          () -> {
            durable.storeCheckpoint(size, note);
            published.add(note);
          });
    }

    @Override
    public void storeIdentity(String verifierKey) {
      faulty.step(() -> durable.storeIdentity(verifierKey));
    }

    @Override
    public TreeHead head() {
      return durable.head();
    }

    @Override
    public java.util.Map<ChainId, ChainWatch.Watched> watched() {
      return durable.watched();
    }

    @Override
    public Optional<LogStore.StoredCheckpoint> latestCheckpoint() {
      return durable.latestCheckpoint();
    }

    @Override
    public Optional<String> verifierKey() {
      return durable.verifierKey();
    }

    @Override
    public List<byte[]> read(int level, long tile, int width) {
      return durable.read(level, tile, width);
    }

    @Override
    public Optional<ChainLink> last(ChainId chain) {
      return durable.last(chain);
    }

    @Override
    public List<ByteString> showingCertificates(ChainId chain) {
      return durable.showingCertificates(chain);
    }

    @Override
    public List<ByteString> at(ChainId chain, long sequence) {
      return durable.at(chain, sequence);
    }
  }

  private static final class FaultyFile extends PublishedFile {
    private final Faulty faulty;

    FaultyFile(Path file, Faulty faulty) {
      super(file);
      this.faulty = faulty;
    }

    @Override
    void write(String note) {
      faulty.step(() -> super.write(note));
    }
  }

  @BeforeEach
  void write() throws Exception {
    topic = new TopicScript(folder);
    var one = topic.chain("telemetry-service", 1);
    var two = topic.chain("key-management-service", 2);
    topic.send(one.opened(), two.opened());
    for (int i = 0; i < 120; i++) {
      topic.send(one.event("a" + i));
      if (i % 30 == 0) {
        topic.pass(20).send(ByteString.copyFromUtf8("?" + i), two.heartbeat());
      }
    }
    topic.send(one.closed(), two.closed());
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void shouldContradictNothingWhateverStepFails(Fault fault) throws Exception {
    List<Leaf> expected = topic.log(1000);
    int steps = run(new MemoryLogState(), new Faulty(-1, null), "whole").steps;

    assertThat(steps).isGreaterThan(20);
    for (int at = 0; at < steps; at++) {
      published.clear();
      MemoryLogState durable = new MemoryLogState();
      run(durable, new Faulty(at, fault), fault + "-" + at);

      assertThat(durable.leaves()).as("%s at step %d", fault, at).isEqualTo(expected);
      assertAllPublishedHold(durable, fault + "-" + at);
      assertThat(durable.checkpoints().lastKey()).isEqualTo(expected.size());
    }
  }

  @Test
  void shouldNotForkWhenOneIsPausedInTheMiddleOfItsCommit() throws Exception {
    // Given one that is paused at its third commit while another does all the work
    MemoryLogState durable = new MemoryLogState();
    Faulty none = new Faulty(-1, null);
    run(durable, none, "first", 2 * BATCH);
    FaultyState paused = new FaultyState(durable, none);
    paused.beforeCommit = () -> unchecked(() -> run(durable, none, "first"));

    // When it goes on
    sequencer(paused, none, "first", Integer.MAX_VALUE).run();

    // Then
    assertThat(durable.leaves()).isEqualTo(topic.log(1000));
    assertAllPublishedHold(durable, "first");
  }

  @Test
  void shouldSignNothingWhileARestoredDatabaseIsBehindAndGoOnWhenItCaughtUp() throws Exception {
    // Given a backup, and a log that went on
    MemoryLogState durable = new MemoryLogState();
    Faulty none = new Faulty(-1, null);
    run(durable, none, "log", 5 * BATCH);
    MemoryLogState backup = durable.backup();
    run(durable, none, "log", 10 * BATCH);
    long newest = durable.checkpoints().lastKey();

    // When the backup is restored, and read on for a while
    Sequencer behind = sequencer(new FaultyState(backup, none), none, "log", 7 * BATCH);
    behind.run();

    // Then nothing is signed, and the service says why
    assertThat(behind.standing()).isEqualTo(Sequencer.Standing.BEHIND);
    assertThat(behind.standing().isReady()).isFalse();
    assertThat(backup.checkpoints().lastKey()).isLessThan(newest);

    // And with the rest of the topic it is the same log again
    Sequencer caughtUp = sequencer(new FaultyState(backup, none), none, "log", Integer.MAX_VALUE);
    caughtUp.run();
    assertThat(caughtUp.standing()).isEqualTo(Sequencer.Standing.WORKING);
    assertAllPublishedHold(backup, "log");
  }

  @Test
  void shouldStopWhenTheDatabaseHasAnotherLogThanWasPublished() throws Exception {
    // Given a published log, and a database that was made from another topic
    Faulty none = new Faulty(-1, null);
    MemoryLogState first = new MemoryLogState();
    run(first, none, "log", 5 * BATCH);
    topic = new TopicScript(folder);
    var chain = topic.chain("telemetry-service", 9);
    topic.send(chain.opened());
    for (int i = 0; i < 100; i++) {
      topic.send(chain.event("z" + i));
    }
    MemoryLogState another = new MemoryLogState();
    another.storeIdentity(first.verifierKey().orElseThrow());

    // When
    Sequencer sequencer = sequencer(new FaultyState(another, none), none, "log", 6);
    sequencer.run();
    Sequencer beyond = sequencer(new FaultyState(another, none), none, "log", Integer.MAX_VALUE);
    beyond.run();

    // Then
    assertThat(sequencer.standing()).isEqualTo(Sequencer.Standing.BEHIND);
    assertThat(beyond.standing()).isEqualTo(Sequencer.Standing.CONTRADICTED);
    assertThat(another.checkpoints()).isEmpty();
  }

  private Faulty run(MemoryLogState durable, Faulty faulty, String name) throws Exception {
    return run(durable, faulty, name, Integer.MAX_VALUE);
  }

  private Faulty run(MemoryLogState durable, Faulty faulty, String name, int until)
      throws Exception {
    sequencer(new FaultyState(durable, faulty), faulty, name, until).run();
    return faulty;
  }

  private Sequencer sequencer(FaultyState state, Faulty faulty, String name, int until) {
    Sequencer[] self = new Sequencer[1];
    self[0] =
        new Sequencer(
            () -> () -> {},
            offset -> reader(offset, until, () -> self[0].stop()),
            new LogAppender(
                state, new HeadCheck(TopicScript.CA.certificate(), "pulsewarden.local")),
            new CheckpointPublisher(
                state,
                new SigningKeyFile(folder.resolve(name + ".key")),
                ORIGIN,
                new FaultyFile(folder.resolve(name + ".note"), faulty)),
            new SequencerMetrics(new SimpleMeterRegistry(), Clock.systemUTC()),
            Duration.ZERO);
    return self[0];
  }

  /** Reads the topic in batches, and ends the sequencer once it has polled behind the end. */
  private TopicReader reader(long offset, int until, Runnable stop) {
    return new TopicReader() {
      private long next = offset;

      @Override
      public List<Received> poll(Duration patience) {
        long end = Math.min(topic.size(), until);
        if (next >= end) {
          stop.run();
          return List.of();
        }
        List<Received> batch = topic.read(next, Math.min(end, next + BATCH));
        next += batch.size();
        return batch;
      }

      @Override
      public void close() {}
    };
  }

  private void assertAllPublishedHold(MemoryLogState log, String name) throws Exception {
    CheckpointSigner signer = new SigningKeyFile(folder.resolve(name + ".key")).signer(ORIGIN);
    assertThat(published).isNotEmpty();
    for (String note : published) {
      SignedCheckpoint checkpoint = signer.open(note).orElseThrow();
      assertThat(new ProofBuilder(log.head().size(), log).root(checkpoint.size()))
          .as("root at %d", checkpoint.size())
          .isEqualTo(checkpoint.root());
    }
    assertThat(log.head().root().toByteArray())
        .isEqualTo(
            naive(
                log.leaves().stream()
                    .map(leaf -> MerkleHash.leaf(leaf.value().toByteArray()))
                    .toList()));
    assertThat(Files.exists(folder.resolve(name + ".note"))).isTrue();
  }

  private static byte[] naive(List<byte[]> hashes) {
    if (hashes.size() == 1) {
      return hashes.getFirst();
    }
    int split = Integer.highestOneBit(hashes.size() - 1);
    return MerkleHash.node(
        naive(hashes.subList(0, split)), naive(hashes.subList(split, hashes.size())));
  }

  private interface Step {
    void run() throws Exception;
  }

  private static void unchecked(Step step) {
    try {
      step.run();
    } catch (java.io.IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }
}
