package io.pulsewarden.telemetry.bridge;

import io.pulsewarden.telemetry.bridge.Standing.Good;
import io.pulsewarden.telemetry.bridge.Standing.Lost;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one connection to a broker: opens it when the broker may speak, and again after a pause
 * when it ended. Blocking, on a virtual thread of its own.
 */
final class BridgeConnector implements Runnable {

  /** A connection to the broker. */
  interface Link {

    /**
     * Connects and subscribes.
     *
     * @return whether that went well
     */
    boolean open();

    /** Lets go of it; what was not acknowledged comes again. */
    void close();
  }

  /** Makes connections that hand what comes to a session. */
  interface Links {
    Link link(BridgeSession session);
  }

  private static final Duration STANDING_CHECKED_EACH = Duration.ofSeconds(1);

  private static final System.Logger LOG = System.getLogger(BridgeConnector.class.getName());

  private final BridgedBroker broker;
  private final BrokerAdmission admission;
  private final BridgeSession.Shared shared;
  private final Links links;
  private final BackOff backOff;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private @Nullable EndReason refusedFor;
  private volatile @Nullable BridgeSession open;

  BridgeConnector(
      BridgedBroker broker,
      BrokerAdmission admission,
      BridgeSession.Shared shared,
      Links links,
      BackOff backOff) {
    this.broker = broker;
    this.admission = admission;
    this.shared = shared;
    this.links = links;
    this.backOff = backOff;
  }

  BridgedBroker broker() {
    return broker;
  }

  /** Whether the connection stands. */
  boolean isOpen() {
    return open != null;
  }

  /** The registry said something of the gateway; from any thread. */
  void recheck() {
    BridgeSession session = open;
    if (session != null) {
      session.recheck();
    }
  }

  /** Ends the connection, and makes no other; from any thread. */
  void stop() {
    stopping.countDown();
    BridgeSession session = open;
    if (session != null) {
      session.end(EndReason.STOPPING);
    }
  }

  @Override
  public void run() {
    Duration pause = Duration.ZERO;
    while (!stopped(pause)) {
      pause =
          switch (admission.toOpen(broker)) {
            case Lost(EndReason reason) -> {
              refuse(reason);
              yield STANDING_CHECKED_EACH;
            }
            case Good _ -> shared.budget().isTight() ? backOff.next() : serve();
          };
    }
  }

  /** One connection, from its beginning to its end. */
  private Duration serve() {
    BridgeSession session = new BridgeSession(broker, () -> admission.toStay(broker), shared);
    Link link;
    try {
      link = links.link(session);
    } catch (IllegalStateException unusable) {
      // A certificate that is being replaced: it may be whole the next time.
      refuse(EndReason.NOT_CONNECTED);
      return backOff.next();
    }
    try {
      if (!link.open()) {
        refuse(EndReason.NOT_CONNECTED);
        return backOff.next();
      }
      refusedFor = null;
      open = session;
      shared.journal().opened(broker);
      EndReason reason = end(session);
      shared.journal().closed(broker, reason);
      LOG.log(
          System.Logger.Level.INFO,
          "connection to a broker ended: broker={0} reason={1}",
          broker.name(),
          reason.code());
    } finally {
      open = null;
      link.close();
    }
    if (session.hasAcknowledged()) {
      backOff.reset();
    }
    return backOff.next();
  }

  private EndReason end(BridgeSession session) {
    while (true) {
      if (stopping.getCount() == 0) {
        session.end(EndReason.STOPPING);
      }
      session.recheck();
      try {
        return session.ended().get(STANDING_CHECKED_EACH.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException stands) {
        // How old the feed is tells nobody by itself: look again.
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return EndReason.STOPPING;
      } catch (ExecutionException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }

  private void refuse(EndReason reason) {
    if (reason != refusedFor) {
      refusedFor = reason;
      shared.journal().refused(broker, reason);
      LOG.log(
          System.Logger.Level.WARNING,
          "no connection to a broker, trying on: broker={0} reason={1}",
          broker.name(),
          reason.code());
    }
  }

  /** Waits so long for the end of the service; true if it has come. */
  private boolean stopped(Duration wait) {
    try {
      return stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
