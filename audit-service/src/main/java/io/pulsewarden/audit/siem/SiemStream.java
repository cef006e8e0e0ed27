package io.pulsewarden.audit.siem;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewarden.audit.merkle.MerkleHash;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Streams the published log to one destination, in its order, at least once, but for entries that
 * were pruned before: it goes on with the first that is kept. Reads as fast as the receiver takes,
 * a few hundred entries at a time: a slow one slows this stream, and nothing else. Begins anew from
 * the cursor after whatever goes wrong. Runs on a thread of its own.
 */
final class SiemStream implements Runnable {

  private static final System.Logger LOG = System.getLogger(SiemStream.class.getName());
  private static final int MAX_BATCH = 256;

  /** How many more entries go out at once after each time that it went well. */
  private static final int GROWTH = 8;

  /** Syslog confirms no later than after as many entries. */
  private static final int MAX_UNCONFIRMED = 20_000;

  private final String destination;
  private final LogTail tail;
  private final Supplier<? extends @Nullable AutoCloseable> lease;
  private final Supplier<? extends Receiver> receivers;
  private final OcsfMapping mapping;
  private final SiemMetrics metrics;
  private final BackOff backOff;
  private final Duration idle;
  private final CountDownLatch stop = new CountDownLatch(1);
  private int limit = MAX_BATCH;
  private volatile Standing standing = Standing.STARTING;

  /** How the stream stands. */
  enum Standing {
    /** Not yet at work. */
    STARTING,
    /** Another instance streams to this destination. */
    WAITING,
    /** The last thing that was sent, if any, was received. */
    STREAMING,
    /** It was not. Nothing is lost: the log has it. */
    DEGRADED
  }

  /**
   * @param lease null while another instance streams to the same destination
   * @param idle between two looks at a log that has nothing new
   */
  SiemStream(
      String destination,
      LogTail tail,
      Supplier<? extends @Nullable AutoCloseable> lease,
      Supplier<? extends Receiver> receivers,
      OcsfMapping mapping,
      SiemMetrics metrics,
      BackOff backOff,
      Duration idle) {
    this.destination = destination;
    this.tail = tail;
    this.lease = lease;
    this.receivers = receivers;
    this.mapping = mapping;
    this.metrics = metrics;
    this.backOff = backOff;
    this.idle = idle;
  }

  Standing standing() {
    return standing;
  }

  String destination() {
    return destination;
  }

  void stop() {
    stop.countDown();
  }

  @Override
  public void run() {
    while (stop.getCount() > 0) {
      Duration pause = idle;
      try (AutoCloseable held = lease.get()) {
        if (held == null) {
          standing = Standing.WAITING;
        } else {
          stream();
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      } catch (Exception failed) {
        if (stop.getCount() > 0) {
          standing = Standing.DEGRADED;
          metrics.failed(destination);
          // An entry or a batch that is too large for the receiver may be what it is.
          limit = Math.max(1, limit / 2);
          LOG.log(
              System.Logger.Level.WARNING,
              "stream to a SIEM begins anew destination=" + destination,
              failed);
          pause = backOff.next();
        }
      }
      pause(pause);
    }
  }

  /** Until told to stop. */
  private void stream() throws IOException {
    long cursor = tail.cursor(destination);
    long sent = cursor;
    long delivered = 0;
    long confirmBy = 0;
    try (Receiver receiver = receivers.get()) {
      while (stop.getCount() > 0) {
        List<TailEntry> entries = tail.read(sent, limit);
        metrics.lag(destination, tail.published() - cursor);
        if (!entries.isEmpty()) {
          confirmBy = sent == cursor ? System.nanoTime() + nanos(receiver) : confirmBy;
          tellOfPruned(sent, entries.getFirst().index());
          receiver.send(events(entries));
          delivered += entries.size();
          sent = entries.getLast().index() + 1;
        }
        boolean due = System.nanoTime() - confirmBy >= 0 || sent - cursor >= MAX_UNCONFIRMED;
        if (sent > cursor && due) {
          receiver.confirm();
          // A crash before this leaves the cursor where it was: the receiver gets the same events
          // once more, with the same ids. The cursor never moves past what was not confirmed.
          if (!tail.advance(destination, cursor, sent)) {
            throw new IllegalStateException("another instance streams to the same destination");
          }
          metrics.delivered(destination, delivered);
          metrics.pruned(destination, sent - cursor - delivered);
          delivered = 0;
          cursor = sent;
          limit = Math.min(MAX_BATCH, limit + GROWTH);
          backOff.reset();
        }
        if (sent == cursor) {
          standing = Standing.STREAMING;
        }
        if (entries.isEmpty()) {
          pause(idle);
        }
      }
    }
  }

  /** They were never sent from here, and can't be any more. */
  private void tellOfPruned(long next, long first) {
    if (first > next) {
      LOG.log(
          System.Logger.Level.WARNING,
          "entries were pruned before they were streamed destination={0} from={1} to={2}",
          destination,
          Long.toString(next),
          Long.toString(first - 1));
    }
  }

  private static long nanos(Receiver receiver) {
    return receiver.confirmAfter().toNanos();
  }

  private List<OcsfEvent> events(List<TailEntry> entries) {
    List<OcsfEvent> events = new ArrayList<>(entries.size());
    for (TailEntry entry : entries) {
      String hash = HexFormat.of().formatHex(MerkleHash.leaf(entry.value().toByteArray()));
      mapping.event(entry.index(), hash, read(entry)).ifPresent(events::add);
    }
    return events;
  }

  private static Optional<AuditRecord> read(TailEntry entry) {
    try {
      return Optional.of(AuditRecord.parseFrom(entry.value()));
    } catch (InvalidProtocolBufferException malformed) {
      return Optional.empty();
    }
  }

  private void pause(Duration patience) {
    try {
      var _ = stop.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      stop();
    }
  }
}
