package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which leaves look like the sequencer's word and are a producer's (docs/formats/audit-leaf.md).
 * Where a run of such leaves ends says which of them are: a writer can make one of any length. What
 * was read last is kept, so that who goes through the log in order reads each leaf of it once or
 * twice. Thread-safe.
 */
public final class Disowned {

  private static final int READ_AT_ONCE = 256;

  private final Leaves log;
  private List<ByteString> page = List.of();
  private long pageFirst;
  private long runFirst;
  private long runLast = -1;

  /** The committed log: batches that are whole. */
  @FunctionalInterface
  public interface Leaves {

    /** The values of the leaves from an index on, as far as there are any. */
    List<ByteString> read(long first, int count);
  }

  public Disowned(Leaves log) {
    this.log = log;
  }

  /** Of a leaf that has the form of the sequencer's. */
  synchronized boolean contains(long index) {
    if (index < runFirst || index > runLast) {
      long last = endOfRun(index);
      runFirst = index;
      runLast = last;
    }
    // The last is the sequencer's, and each of the others is so if the one behind it is not. What a
    // batch adds to a run are pairs, a producer's bytes and the sequencer's word of them: all
    // before
    // them stay what they were.
    return (runLast - index) % 2 != 0;
  }

  private long endOfRun(long index) {
    long last = index;
    ByteString next = leaf(last + 1);
    while (next != null && DerivedRecord.disowns(next, last)) {
      last++;
      next = leaf(last + 1);
    }
    return last;
  }

  private @Nullable ByteString leaf(long index) {
    if (index < pageFirst || index >= pageFirst + page.size()) {
      page = log.read(index, READ_AT_ONCE);
      pageFirst = index;
    }
    return page.isEmpty() ? null : page.get((int) (index - pageFirst));
  }
}
