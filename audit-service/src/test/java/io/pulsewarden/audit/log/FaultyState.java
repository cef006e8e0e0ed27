package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A database whose answers get lost, and that another one may take the place of. */
final class FaultyState implements LogState {

  private final Supplier<LogState> durable;
  private final Faulty faulty;
  private final Consumer<String> published;
  private Runnable beforeCommit = () -> {};

  /**
   * @param durable what is there now
   * @param published is told of each checkpoint that is stored
   */
  FaultyState(Supplier<LogState> durable, Faulty faulty, Consumer<String> published) {
    this.durable = durable;
    this.faulty = faulty;
    this.published = published;
  }

  /** Does something before the next commit, once. */
  void pauseBeforeCommit(Runnable meanwhile) {
    beforeCommit = meanwhile;
  }

  @Override
  public boolean commit(TreeHead from, TreeHead to, LogStore.Addition addition) {
    Runnable paused = beforeCommit;
    beforeCommit = () -> {};
    paused.run();
    boolean[] done = new boolean[1];
    faulty.step(() -> done[0] = durable.get().commit(from, to, addition));
    return done[0];
  }

  @Override
  public void storeCheckpoint(long size, String note) {
    faulty.step(
        () -> {
          durable.get().storeCheckpoint(size, note);
          published.accept(note);
        });
  }

  @Override
  public void storeIdentity(String verifierKey) {
    faulty.step(() -> durable.get().storeIdentity(verifierKey));
  }

  @Override
  public TreeHead head() {
    return durable.get().head();
  }

  @Override
  public List<ByteString> leaves(long first, int count) {
    return durable.get().leaves(first, count);
  }

  @Override
  public void completeChains(long size) {
    durable.get().completeChains(size);
  }

  @Override
  public Map<ChainId, ChainWatch.Watched> watched() {
    return durable.get().watched();
  }

  @Override
  public Optional<LogStore.StoredCheckpoint> newestSigned() {
    return durable.get().newestSigned();
  }

  @Override
  public Optional<LogStore.StoredCheckpoint> newestCosigned(int atLeast) {
    return durable.get().newestCosigned(atLeast);
  }

  @Override
  public OptionalLong publishedOffset() {
    return durable.get().publishedOffset();
  }

  @Override
  public void storeCosigned(long size, String note, int cosignatures) {
    faulty.step(() -> durable.get().storeCosigned(size, note, cosignatures));
  }

  @Override
  public Optional<String> verifierKey() {
    return durable.get().verifierKey();
  }

  @Override
  public List<byte[]> read(int level, long tile, int width) {
    return durable.get().read(level, tile, width);
  }

  @Override
  public Optional<ChainLink> last(ChainId chain) {
    return durable.get().last(chain);
  }

  @Override
  public Iterable<ByteString> showingCertificates(ChainId chain) {
    return durable.get().showingCertificates(chain);
  }

  @Override
  public List<ByteString> at(ChainId chain, long sequence) {
    return durable.get().at(chain, sequence);
  }

  @Override
  public int strays(ChainId chain) {
    return durable.get().strays(chain);
  }
}
