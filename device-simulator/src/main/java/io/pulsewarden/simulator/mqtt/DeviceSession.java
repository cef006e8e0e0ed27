package io.pulsewarden.simulator.mqtt;

import io.pulsewarden.simulator.identity.DeviceIdentity;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;

/**
 * A device at work: it takes messages from its source when they are due, keeps at most a window of
 * them in flight, and after a lost connection comes back and sends again, in the old order, what
 * was not answered. So each message is answered once or more, never zero times, unless it is told
 * to stop at once.
 *
 * <p>{@link #run} belongs to one thread; the other methods may be called from any.
 */
public final class DeviceSession implements Connection.Listener {

  private static final Duration PAUSE_WHEN_FULL = Duration.ofMillis(50);

  private final DeviceIdentity identity;
  private final MessageSource source;
  private final MqttServer server;
  private final int window;
  private final SessionObserver observer;
  private final SSLContext tls;
  private final BackOff backOff = new BackOff(new SplittableRandom());

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final TreeMap<Long, InFlight> inFlight = new TreeMap<>();
  private final Deque<OutgoingMessage> again = new ArrayDeque<>();
  private @Nullable Connection connection;
  private boolean connectedBefore;
  private boolean pauseFirst;
  private boolean draining;
  private boolean stopped;
  private long nextSequence;

  private record InFlight(OutgoingMessage message, long sentAt) {}

  /**
   * @param window how many messages may be unanswered; the server's receive maximum may make it
   *     less
   */
  public DeviceSession(
      DeviceIdentity identity,
      MessageSource source,
      MqttServer server,
      int window,
      SessionObserver observer) {
    this.identity = identity;
    this.source = source;
    this.server = server;
    this.window = window;
    this.observer = observer;
    this.tls = server.trust().context(identity.keyManagers());
  }

  /** Works until the source has nothing more and all is answered, or until it is told to stop. */
  public void run() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!stopped) {
        Connection current = connection;
        if (current == null) {
          if (draining && inFlight.isEmpty() && again.isEmpty()) {
            return;
          }
          connect();
        } else if (!step(current)) {
          return;
        }
      }
    } finally {
      Connection last = connection;
      connection = null;
      lock.unlock();
      if (last != null) {
        last.disconnect();
      }
    }
  }

  // One message sent, or one wait for something to change; false when there is nothing left to do.
  private boolean step(Connection current) throws InterruptedException {
    if (inFlight.size() >= Math.min(window, current.receiveMaximum())) {
      awaitChange(Long.MAX_VALUE);
      return true;
    }
    OutgoingMessage message = again.poll();
    if (message == null) {
      long wait = draining ? MessageSource.NEVER : source.nanosUntilNext();
      if (wait == MessageSource.NEVER) {
        if (inFlight.isEmpty()) {
          return false;
        }
        awaitChange(Long.MAX_VALUE);
        return true;
      }
      if (wait > 0) {
        awaitChange(wait);
        return true;
      }
      message = source.next();
    }
    transmit(current, message);
    return true;
  }

  // The loop around each wait is run's: after any wake-up it looks at everything again.
  @SuppressWarnings("WaitNotInLoop")
  private void awaitChange(long nanos) throws InterruptedException {
    changed.awaitNanos(nanos);
  }

  private void transmit(Connection current, OutgoingMessage message) throws InterruptedException {
    long sequence = nextSequence++;
    // Before it leaves: the answer may be here before publish returns.
    inFlight.put(sequence, new InFlight(message, System.nanoTime()));
    try {
      if (current.publish(sequence, message)) {
        observer.sent(identity.device(), message);
      } else {
        inFlight.remove(sequence);
        again.addFirst(message);
        awaitChange(PAUSE_WHEN_FULL.toNanos());
      }
    } catch (MqttException e) {
      lost(current, 0);
    }
  }

  private void connect() throws InterruptedException {
    if (pauseFirst) {
      pauseFirst = false;
      awaitChange(backOff.next().toNanos());
      return;
    }
    lock.unlock();
    Connection fresh = null;
    try {
      server.handshakes().acquire();
      try {
        fresh = new Connection(server, tls, identity, this);
      } finally {
        server.handshakes().release();
      }
    } catch (MqttException e) {
      int code = e.getReasonCode();
      observer.connectFailed(identity.device(), code > 0xFF ? 0 : code, cause(e));
    } finally {
      lock.lock();
    }
    if (fresh == null) {
      pauseFirst = true;
      return;
    }
    connection = fresh;
    observer.connected(identity.device(), connectedBefore);
    connectedBefore = true;
    fresh.listen();
  }

  private static String cause(MqttException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }

  @Override
  public void answered(long sequence, int packetId, int reasonCode) {
    InFlight flown;
    lock.lock();
    try {
      flown = inFlight.remove(sequence);
      backOff.reset();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (flown != null) {
      long nanos = System.nanoTime() - flown.sentAt();
      observer.answered(identity.device(), flown.message(), packetId, reasonCode, nanos);
    }
  }

  /** What can't be read is not applied and not acknowledged, and changes nothing. */
  @Override
  public boolean configured(byte[] json) {
    Optional<DeviceConfiguration> read = DeviceConfiguration.parse(json);
    if (read.isEmpty()) {
      return false;
    }
    lock.lock();
    try {
      source.sampleEvery(read.get().samplingInterval());
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void lost(Connection which, int reasonCode) {
    lock.lock();
    try {
      if (which != connection) {
        return;
      }
      connection = null;
      pauseFirst = true;
      for (InFlight each : inFlight.descendingMap().values()) {
        again.addFirst(each.message());
      }
      inFlight.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    observer.lost(identity.device(), reasonCode);
    Thread.ofVirtual().start(which::close);
  }

  /** Takes nothing more from the source; {@link #run} ends when all that was sent is answered. */
  public void drain() {
    lock.lock();
    try {
      draining = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends {@link #run} at once. */
  public void stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How many messages were taken from the source and not answered. */
  public int unanswered() {
    lock.lock();
    try {
      return inFlight.size() + again.size();
    } finally {
      lock.unlock();
    }
  }
}
