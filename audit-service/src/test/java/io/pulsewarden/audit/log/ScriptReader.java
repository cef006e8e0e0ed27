package io.pulsewarden.audit.log;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Reads a topic that a test wrote, in batches. */
final class ScriptReader implements TopicReader {

  private final TopicScript topic;
  private final int batch;
  private final Gate gate;
  private final Optional<Runnable> atEnd;
  private long next;

  /** How far may be read. Thread-safe. */
  static final class Gate {
    private final Semaphore opened = new Semaphore(0);
    private volatile long end;

    Gate(long end) {
      this.end = end;
    }

    void open(long further) {
      end = further;
      opened.release();
    }

    private void await(Duration patience) {
      try {
        var _ = opened.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private ScriptReader(
      TopicScript topic, long offset, int batch, Gate gate, Optional<Runnable> atEnd) {
    this.topic = topic;
    this.next = offset;
    this.batch = batch;
    this.gate = gate;
    this.atEnd = atEnd;
  }

  /** Waits where the gate ends, until it is opened further. */
  static ScriptReader gated(TopicScript topic, long offset, int batch, Gate gate) {
    return new ScriptReader(topic, offset, batch, gate, Optional.empty());
  }

  /**
   * Ends the sequencer once it has polled behind the end a second time: then the last batch was
   * committed and published.
   */
  static ScriptReader ending(TopicScript topic, long offset, long end, int batch, Runnable stop) {
    boolean[] ended = new boolean[1];
    return new ScriptReader(
        topic,
        offset,
        batch,
        new Gate(end),
        Optional.of(
            () -> {
              if (ended[0]) {
                stop.run();
              }
              ended[0] = true;
            }));
  }

  @Override
  public List<Received> poll(Duration patience) {
    if (next >= gate.end) {
      atEnd.ifPresentOrElse(Runnable::run, () -> gate.await(patience));
      return List.of();
    }
    List<Received> read = topic.read(next, Math.min(gate.end, next + batch));
    next += read.size();
    return read;
  }

  @Override
  public void close() {}
}
