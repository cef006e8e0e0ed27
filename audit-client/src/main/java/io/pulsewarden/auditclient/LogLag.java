package io.pulsewarden.auditclient;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * How far the log is behind its topic, as far as Kafka knows: its keeper says there how far it has
 * read ({@link AuditTopic#PROGRESS_GROUP}). Over the limit, what must not happen unaudited must not
 * happen any more, though Kafka would still take its records. Looks by itself; while Kafka does not
 * answer, the last look counts; where it refuses to say, the limit counts as passed. Thread-safe.
 */
public final class LogLag implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(LogLag.class.getName());

  private final TopicProgress progress;
  private final long limit;
  private final Duration pause;
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile long records;
  // No right to ask: that does not pass by itself, and a limit that nobody looks at is none.
  private volatile boolean refused;
  private boolean known = true;

  LogLag(TopicProgress progress, long limit, Duration pause) {
    if (limit < 1) {
      throw new IllegalArgumentException("a log may be behind by one record at least");
    }
    this.progress = progress;
    this.limit = limit;
    this.pause = pause;
  }

  /**
   * Begins to look, on a thread of its own.
   *
   * @param kafka connection properties
   * @param limit how many records may wait for the log
   * @param pause between two looks
   */
  public static LogLag watch(Map<String, Object> kafka, long limit, Duration pause) {
    LogLag lag = new LogLag(new TopicProgressClient(kafka), limit, pause);
    Thread.ofVirtual().name("audit-lag").start(lag::run);
    return lag;
  }

  /** Records that the log has not read yet, as of the last look. */
  public long records() {
    return records;
  }

  /** Whether the log is too far behind. */
  public boolean isOverLimit() {
    return refused || records > limit;
  }

  private void run() {
    try {
      do {
        attempt();
      } while (!stop.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      progress.close();
    }
  }

  void attempt() {
    try {
      look();
      known = true;
    } catch (RuntimeException away) {
      refused = away.getCause() instanceof AuthorizationException;
      if (known) {
        LOG.log(System.Logger.Level.WARNING, "how far the audit log got is not known", away);
      }
      known = false;
    }
  }

  void look() {
    boolean before = isOverLimit();
    records = Math.max(0, progress.end() - progress.reached());
    refused = false;
    if (isOverLimit() != before) {
      LOG.log(
          System.Logger.Level.WARNING,
          "audit log over its limit={0} records behind={1}",
          !before,
          Long.toString(records));
    }
  }

  @Override
  public void close() {
    stop.countDown();
  }
}
