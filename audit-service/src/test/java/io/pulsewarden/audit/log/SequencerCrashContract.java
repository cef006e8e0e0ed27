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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every durable step fails, and fails though it was done, one after the other. Whatever was
 * published before stays true of the log that comes out. One contract for all that a log is kept
 * in.
 */
abstract class SequencerCrashContract {

  static final String ORIGIN = "test.example/log";

  @TempDir private Path folder;
  private TopicScript topic = new TopicScript(Path.of(""));
  private final List<String> published = new CopyOnWriteArrayList<>();

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

  /** What the log is kept in, empty. */
  abstract LogState begin();

  /** Keeps a copy of it; returns what goes on. */
  abstract LogState backUp();

  /** The copy, in its place. */
  abstract LogState restore();

  /** The leaves that are durable. */
  abstract List<ByteString> leaves();

  /** Records of a batch. */
  abstract int batch();

  /** A database whose answers get lost. */
  private final class FaultyState implements LogState {
    private final LogState durable;
    private final Faulty faulty;
    private Runnable beforeCommit = () -> {};

    FaultyState(LogState durable, Faulty faulty) {
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
    public void completeChains(long size) {
      durable.completeChains(size);
    }

    @Override
    public Map<ChainId, ChainWatch.Watched> watched() {
      return durable.watched();
    }

    @Override
    public Optional<LogStore.StoredCheckpoint> newestSigned() {
      return durable.newestSigned();
    }

    @Override
    public Optional<LogStore.StoredCheckpoint> newestCosigned(int atLeast) {
      return durable.newestCosigned(atLeast);
    }

    @Override
    public OptionalLong publishedOffset() {
      return durable.publishedOffset();
    }

    @Override
    public void storeCosigned(long size, String note, int cosignatures) {
      durable.storeCosigned(size, note, cosignatures);
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
    ByteString unequal = one.doubled("another");
    ByteString twice = one.event("twice");
    topic.send(twice);
    for (int i = 0; i < 120; i++) {
      topic.send(one.event("a" + i));
      if (i % 30 == 0) {
        topic.pass(20).send(ByteString.copyFromUtf8("?" + i), two.heartbeat());
      }
    }
    topic.send(twice, unequal, one.closed(), two.closed());
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void shouldContradictNothingWhateverStepFails(Fault fault) throws Exception {
    List<ByteString> expected = expected();
    int steps = run(begin(), new Faulty(-1, null), "whole").steps;

    assertThat(steps).isGreaterThan(10);
    for (int at = 0; at < steps; at++) {
      published.clear();
      LogState durable = begin();
      run(durable, new Faulty(at, fault), fault + "-" + at);

      assertThat(leaves()).as("%s at step %d", fault, at).isEqualTo(expected);
      assertAllPublishedHold(durable, fault + "-" + at);
      assertThat(newest(durable)).isEqualTo(expected.size());
    }
  }

  @Test
  void shouldNotForkWhenOneIsPausedBeforeItsCommit() throws Exception {
    // Given one that is paused at its third commit while another does all the work
    LogState durable = begin();
    Faulty none = new Faulty(-1, null);
    run(durable, none, "first", 2 * batch());
    FaultyState paused = new FaultyState(durable, none);
    paused.beforeCommit = () -> unchecked(() -> run(durable, none, "first"));

    // When it goes on
    sequencer(paused, none, "first", Integer.MAX_VALUE).run();

    // Then
    assertThat(leaves()).isEqualTo(expected());
    assertAllPublishedHold(durable, "first");
  }

  @Test
  void shouldSignNothingWhileARestoredDatabaseIsBehindAndGoOnWhenItCaughtUp() throws Exception {
    // Given a backup, and a log that went on
    LogState durable = begin();
    Faulty none = new Faulty(-1, null);
    run(durable, none, "log", topic.size() / 4);
    durable = backUp();
    run(durable, none, "log", topic.size() * 3 / 4);
    long newest = newest(durable);

    // When the backup is restored, and read on for a while
    LogState restored = restore();
    Sequencer behind = sequencer(new FaultyState(restored, none), none, "log", topic.size() / 2);
    behind.run();

    // Then nothing is signed, and the service says why
    assertThat(behind.standing()).isEqualTo(Sequencer.Standing.BEHIND);
    assertThat(behind.standing().isReady()).isFalse();
    assertThat(newest(restored)).isLessThan(newest);

    // And with the rest of the topic it is the same log again
    Sequencer caughtUp = sequencer(new FaultyState(restored, none), none, "log", Integer.MAX_VALUE);
    caughtUp.run();
    assertThat(caughtUp.standing()).isEqualTo(Sequencer.Standing.WORKING);
    assertAllPublishedHold(restored, "log");
  }

  @Test
  void shouldStopWhenTheDatabaseHasAnotherLogThanWasPublished() throws Exception {
    // Given a published log, and a database that was made from another topic
    Faulty none = new Faulty(-1, null);
    LogState first = begin();
    run(first, none, "log", topic.size() / 4);
    String key = first.verifierKey().orElseThrow();
    topic = new TopicScript(folder);
    var chain = topic.chain("telemetry-service", 9);
    topic.send(chain.opened());
    for (int i = 0; i < 100; i++) {
      topic.send(chain.event("z" + i));
    }
    LogState another = begin();
    another.storeIdentity(key);

    // When
    Sequencer sequencer = sequencer(new FaultyState(another, none), none, "log", 6);
    sequencer.run();
    Sequencer beyond = sequencer(new FaultyState(another, none), none, "log", Integer.MAX_VALUE);
    beyond.run();

    // Then
    assertThat(sequencer.standing()).isEqualTo(Sequencer.Standing.BEHIND);
    assertThat(beyond.standing()).isEqualTo(Sequencer.Standing.CONTRADICTED);
    assertThat(another.newestSigned()).isEmpty();
  }

  /** As many as the log has when all of the topic is in it. */
  final List<ByteString> expected() {
    return topic.log(1000).stream().map(Leaf::value).toList();
  }

  private static long newest(LogState log) {
    return log.newestSigned().orElseThrow().size();
  }

  private Faulty run(LogState durable, Faulty faulty, String name) throws Exception {
    return run(durable, faulty, name, Integer.MAX_VALUE);
  }

  private Faulty run(LogState durable, Faulty faulty, String name, int until) throws Exception {
    sequencer(new FaultyState(durable, faulty), faulty, name, until).run();
    return faulty;
  }

  /** Reads the topic up to a record, and ends. */
  final void run(LogState durable, String name, int until) throws Exception {
    run(durable, new Faulty(-1, null), name, until);
  }

  /** One that ends with the topic; each may keep what it published in a file of its own. */
  final Sequencer sequencer(LogState durable, String key, String file) {
    Faulty none = new Faulty(-1, null);
    return sequencer(new FaultyState(durable, none), none, key, file, Integer.MAX_VALUE);
  }

  private Sequencer sequencer(FaultyState state, Faulty faulty, String name, int until) {
    return sequencer(state, faulty, name, name, until);
  }

  private Sequencer sequencer(
      FaultyState state, Faulty faulty, String name, String file, int until) {
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
                new FaultyFile(folder.resolve(file + ".note"), faulty)),
            new SequencerMetrics(new SimpleMeterRegistry(), Clock.systemUTC()),
            Duration.ofMillis(20),
            // Each poll is a batch, so that the steps are the same ones each time.
            1);
    return self[0];
  }

  /**
   * Reads the topic in batches, and ends the sequencer once it has polled behind the end a second
   * time: then the last batch was committed and published.
   */
  private TopicReader reader(long offset, int until, Runnable stop) {
    return new TopicReader() {
      private long next = offset;
      private boolean ended;

      @Override
      public List<Received> poll(Duration patience) {
        long end = Math.min(topic.size(), until);
        if (next >= end) {
          if (ended) {
            stop.run();
          }
          ended = true;
          return List.of();
        }
        List<Received> batch = topic.read(next, Math.min(end, next + batch()));
        next += batch.size();
        return batch;
      }

      @Override
      public void close() {}
    };
  }

  final void assertAllPublishedHold(LogState log, String name) throws Exception {
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
            naive(leaves().stream().map(leaf -> MerkleHash.leaf(leaf.toByteArray())).toList()));
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
