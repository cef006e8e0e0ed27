package io.pulsewarden.telemetry.keys;

import io.pulsewarden.telemetry.keys.Confirmation.Purged;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Evicts, and then says so, until key management has heard it. What it never hears is over an hour
 * later by itself: the keys expire. Thread-safe; says on a thread of its own.
 */
final class EvictionReports implements KeyChanges, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(EvictionReports.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Longer than any key lives: nobody waits for it any more. */
  private static final int ATTEMPTS = 5_000;

  private final KeyChanges inHand;
  private final HolderName name;
  private final KeyConfirmations line;
  private final BlockingQueue<Confirmation> toSay = new LinkedBlockingQueue<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private @Nullable Thread thread;

  EvictionReports(KeyChanges inHand, HolderName name, KeyConfirmations line) {
    this.inHand = inHand;
    this.name = name;
    this.line = line;
  }

  void start() {
    thread = Thread.ofVirtual().name("eviction-reports").start(this::run);
  }

  @Override
  public void changed(UUID subjectKeyId) {
    inHand.changed(subjectKeyId);
    toSay.add(new Confirmation(name.current(), List.of(subjectKeyId), List.<Purged>of(), false));
  }

  /** The new name comes first: what is fetched from now on is not held under the old one. */
  @Override
  public void missed() {
    UUID old = name.renew();
    inHand.missed();
    toSay.add(left(old));
  }

  /** Drops everything in hand and says so once, if it can be said. */
  @Override
  public void close() {
    stop.countDown();
    UUID last = name.renew();
    inHand.missed();
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
    say(left(last));
  }

  private static Confirmation left(UUID name) {
    return new Confirmation(name, List.of(), List.of(), true);
  }

  private void run() {
    try {
      while (stop.getCount() > 0) {
        Confirmation next = toSay.take();
        for (int attempt = 0; attempt < ATTEMPTS && !say(next); attempt++) {
          if (stop.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
            return;
          }
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean say(Confirmation confirmation) {
    try {
      line.confirm(confirmation)
          .toCompletableFuture()
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException | RuntimeException away) {
      LOG.log(System.Logger.Level.DEBUG, "key management can't be told of evictions", away);
      return false;
    }
  }
}
