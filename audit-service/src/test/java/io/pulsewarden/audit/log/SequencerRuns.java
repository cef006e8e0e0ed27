package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.audit.checkpoint.CheckpointSigner;
import io.pulsewarden.audit.checkpoint.SignedCheckpoint;
import io.pulsewarden.audit.checkpoint.SigningKeyFile;
import io.pulsewarden.audit.merkle.MerkleHash;
import io.pulsewarden.audit.merkle.ProofBuilder;
import io.pulsewarden.contracts.audit.v1.Finding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/** Sequencers over a topic that is written, and a log that is held to all that was published. */
final class SequencerRuns {

  static final String ORIGIN = "test.example/log";

  private final Path folder;
  private final LogUnderTest log;
  private final List<String> published = new CopyOnWriteArrayList<>();
  private final List<Finding> alerted = new CopyOnWriteArrayList<>();
  private TopicScript topic;

  SequencerRuns(Path folder, LogUnderTest log) throws Exception {
    this.folder = folder;
    this.log = log;
    this.topic = twoProducers(folder);
  }

  /** Doubles, what can't be read, and chains that end. */
  private static TopicScript twoProducers(Path folder) throws Exception {
    TopicScript topic = new TopicScript(folder);
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
    return topic.send(twice, unequal, one.closed(), two.closed());
  }

  /** Another topic takes the place of the one that there was. */
  void anotherTopic() throws Exception {
    topic = new TopicScript(folder);
    var chain = topic.chain("telemetry-service", 9);
    topic.send(chain.opened());
    for (int i = 0; i < 100; i++) {
      topic.send(chain.event("z" + i));
    }
  }

  /** Records of the topic. */
  int records() {
    return topic.size();
  }

  /** What the log has when all of the topic is in it. */
  List<ByteString> expected() {
    return topic.log(1000).stream().map(Leaf::value).toList();
  }

  /** Entries that the newest signed checkpoint covers. */
  long newest() {
    return log.current().newestSigned().orElseThrow().size();
  }

  /** What the log has to say of itself then, and people have to hear. */
  List<Finding> expectedFindings() {
    return topic.log(1000).stream().flatMap(leaf -> leaf.finding().stream()).toList();
  }

  /** What people were alerted of. */
  List<Finding> alerted() {
    return alerted;
  }

  /** The file of a key. */
  Path key(String name) {
    return folder.resolve(name + ".key");
  }

  /** Forgets what was published so far, and what people were alerted of. */
  void forgetPublished() {
    published.clear();
    alerted.clear();
  }

  /** Reads all of the topic, and ends. */
  void run(String name) {
    run(name, Integer.MAX_VALUE);
  }

  /** Reads the topic up to a record, and ends. */
  void run(String name, int until) {
    sequencer(state(Faulty.never()), Faulty.never(), name, name, until).run();
  }

  /** The same with a step that fails. */
  Faulty run(String name, Faulty faulty) {
    sequencer(state(faulty), faulty, name, name, Integer.MAX_VALUE).run();
    return faulty;
  }

  /** The same, and the process ends with that step. */
  void die(String name, Faulty faulty) {
    Sequencer[] self = new Sequencer[1];
    faulty.meanwhile(() -> self[0].stop());
    self[0] = sequencer(state(faulty), faulty, name, name, Integer.MAX_VALUE);
    self[0].run();
  }

  /** One that ends with the topic, on what is durable as it sees it. */
  Sequencer sequencer(String key, String file, Supplier<LogState> durable) {
    return sequencer(
        new FaultyState(durable, Faulty.never(), published::add),
        Faulty.never(),
        key,
        file,
        Integer.MAX_VALUE);
  }

  FaultyState state(Faulty faulty) {
    return new FaultyState(log::current, faulty, published::add);
  }

  /** One that ends with the topic; each may keep what it published in a file of its own. */
  Sequencer sequencer(String key, String file) {
    return sequencer(state(Faulty.never()), Faulty.never(), key, file, Integer.MAX_VALUE);
  }

  /** One that ends at a record, with a file of its own. */
  Sequencer sequencer(String key, String file, int until) {
    return sequencer(state(Faulty.never()), Faulty.never(), key, file, until);
  }

  /** A note of these entries that another key signed. */
  String forged(long size) throws Exception {
    SigningKeyFile forger = new SigningKeyFile(folder.resolve("forger.key"));
    forger.create();
    return forger.signer(ORIGIN).sign(size, new byte[32]);
  }

  /** One that ends at a record. */
  Sequencer sequencer(String name, int until) {
    return sequencer(state(Faulty.never()), Faulty.never(), name, name, until);
  }

  /** One on a state of the test's own. */
  Sequencer sequencer(String name, FaultyState state) {
    return sequencer(state, Faulty.never(), name, name, Integer.MAX_VALUE);
  }

  /** One that goes on until it is stopped. */
  Sequencer sequencer(String name, LongFunction<ScriptReader> readers) {
    return sequencer(() -> true, state(Faulty.never()), Faulty.never(), name, name, readers);
  }

  /** One that goes on until it is stopped, and waits whenever it may not lead. */
  Sequencer sequencer(String name, BooleanSupplier leads, LongFunction<ScriptReader> readers) {
    return sequencer(leads, state(Faulty.never()), Faulty.never(), name, name, readers);
  }

  private Sequencer sequencer(
      FaultyState state, Faulty faulty, String key, String file, int until) {
    Sequencer[] self = new Sequencer[1];
    self[0] =
        sequencer(
            () -> true,
            state,
            faulty,
            key,
            file,
            offset ->
                ScriptReader.ending(
                    topic, offset, Math.min(until, records()), log.batch(), () -> self[0].stop()));
    return self[0];
  }

  private Sequencer sequencer(
      BooleanSupplier leads,
      FaultyState state,
      Faulty faulty,
      String key,
      String file,
      LongFunction<ScriptReader> readers) {
    return new Sequencer(
        () -> leads.getAsBoolean() ? () -> {} : null,
        readers,
        new LogAppender(state, TopicScript.heads()),
        new CheckpointPublisher(
            state,
            faulty.key(folder.resolve(key + ".key")),
            ORIGIN,
            faulty.file(folder.resolve(file + ".note"))),
        new SequencerMetrics(new SimpleMeterRegistry(), Clock.systemUTC()) {
          @Override
          void alert(Finding finding) {
            alerted.add(finding);
            super.alert(finding);
          }
        },
        Duration.ofMillis(20),
        // Each poll is a batch, so that the steps are the same ones each time.
        1);
  }

  /** Reads the topic up to where a test lets it. */
  ScriptReader reader(long offset, ScriptReader.Gate gate) {
    return ScriptReader.gated(topic, offset, log.batch(), gate);
  }

  void assertAllPublishedHold(String name) throws Exception {
    LogState now = log.current();
    CheckpointSigner signer = new SigningKeyFile(folder.resolve(name + ".key")).signer(ORIGIN);
    assertThat(published).isNotEmpty();
    for (String note : published) {
      SignedCheckpoint checkpoint = signer.open(note).orElseThrow();
      assertThat(new ProofBuilder(now.head().size(), now).root(checkpoint.size()))
          .as("root at %d", checkpoint.size())
          .isEqualTo(checkpoint.root());
    }
    List<byte[]> hashes =
        log.leaves().stream().map(leaf -> MerkleHash.leaf(leaf.toByteArray())).toList();
    assertThat(now.head().root().toByteArray()).isEqualTo(naive(hashes));
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
}
