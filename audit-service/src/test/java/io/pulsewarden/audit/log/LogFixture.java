package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import io.pulsewarden.audit.checkpoint.CheckpointSigner;
import io.pulsewarden.audit.checkpoint.SigningKeyFile;
import io.pulsewarden.audit.merkle.Tile;
import io.pulsewarden.logverifier.TreeSource;
import io.vertx.mutiny.sqlclient.Pool;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A log in a database of its own, with a topic that a test writes and without Kafka. */
public final class LogFixture {

  private static final String ORIGIN = "test.example/audit";
  private static final Pattern FILE =
      Pattern.compile("tile/(entries|\\d)/(\\d{3})(?:\\.p/(\\d+))?");

  private final LogStore store;
  private final LogAppender appender;
  private final CheckpointPublisher publisher;
  private final CheckpointSigner signer;
  private final TopicScript topic;
  private final TopicScript.Chain chain;
  private int sent;

  /**
   * @param pool on an empty, migrated database
   */
  public LogFixture(Pool pool, Path folder) throws Exception {
    this.store = new LogStore(pool);
    this.appender = new LogAppender(store, TopicScript.heads());
    this.publisher =
        new CheckpointPublisher(
            store,
            new SigningKeyFile(folder.resolve("key")),
            ORIGIN,
            new PublishedFile(folder.resolve("published")));
    this.signer = publisher.signer();
    this.topic = new TopicScript(folder);
    this.chain = topic.chain("telemetry-service", 1);
    topic.send(chain.opened());
  }

  /** Adds events, and publishes a checkpoint of all so far. */
  public void append(int events) {
    for (int i = 0; i < events; i++) {
      topic.send(chain.event("event " + sent++));
    }
    topic.send(chain.heartbeat());
    TreeHead head = store.head();
    appender.append(topic.read(head.nextOffset(), topic.size()));
    publisher.publish(signer, store.head());
  }

  public LogStore store() {
    return store;
  }

  public CheckpointSigner signer() {
    return signer;
  }

  public long size() {
    return store.head().size();
  }

  /** The log's files as a stranger reads them. */
  public TreeSource files(Supplier<Optional<String>> pruned) {
    return path ->
        switch (path) {
          case "checkpoint" ->
              store.latestCheckpoint().map(LogStore.StoredCheckpoint::note).map(LogFixture::bytes);
          case "pruned" -> pruned.get().map(LogFixture::bytes);
          default -> tile(path);
        };
  }

  private Optional<byte[]> tile(String path) {
    Matcher file = FILE.matcher(path);
    if (!file.matches()) {
      return Optional.empty();
    }
    int index = Integer.parseInt(file.group(2));
    int width = file.group(3) == null ? Tile.WIDTH : Integer.parseInt(file.group(3));
    if (!file.group(1).equals("entries")) {
      return Optional.of(Tile.join(store.read(Integer.parseInt(file.group(1)), index, width)));
    }
    List<ByteString> leaves = store.leaves((long) index * Tile.WIDTH, width);
    ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    for (ByteString leaf : leaves) {
      bundle.write(leaf.size() >>> Byte.SIZE);
      bundle.write(leaf.size());
      bundle.writeBytes(leaf.toByteArray());
    }
    return leaves.size() == width ? Optional.of(bundle.toByteArray()) : Optional.empty();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
