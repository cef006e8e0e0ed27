package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.proof.DeviceProofs;
import io.pulsewarden.telemetry.proof.DeviceProofs.Answer;
import io.pulsewarden.telemetry.proof.DeviceProofs.NotYet;
import io.pulsewarden.telemetry.session.ProofDelivery.Wanted;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Looks every second for proofs that devices of this instance's sessions asked for: one after the
 * other and a few each time, so that asking costs no more than that however many ask. A look that
 * fails is made good by a later one.
 */
@Singleton
final class ProofsLifecycle {

  private static final Logger LOG = Logger.getLogger(ProofsLifecycle.class);
  private static final Duration EACH = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int AT_ONCE = 8;

  private final Vertx vertx;
  private final SessionRegistry sessions;
  private final DeviceProofs proofs;
  private final AtomicBoolean looking = new AtomicBoolean();

  /** Sessions that had no turn yet since they were found; one look at a time has it. */
  private final Deque<DeviceSession> waiting = new ArrayDeque<>();

  private volatile long timer;

  ProofsLifecycle(Vertx vertx, SessionRegistry sessions, DeviceProofs proofs) {
    this.vertx = vertx;
    this.sessions = sessions;
    this.proofs = proofs;
  }

  void start(@Observes StartupEvent started) {
    timer = vertx.setPeriodic(EACH.toMillis(), _ -> look());
  }

  void stop(@Observes ShutdownEvent stopping) {
    vertx.cancelTimer(timer);
  }

  private void look() {
    if (!looking.compareAndSet(false, true)) {
      return;
    }
    if (waiting.isEmpty()) {
      waiting.addAll(sessions.awaitingProof());
    }
    List<DeviceSession> turn = new ArrayList<>();
    while (turn.size() < AT_ONCE && !waiting.isEmpty()) {
      turn.add(waiting.remove());
    }
    Multi.createFrom()
        .iterable(turn)
        .onItem()
        .transformToUniAndConcatenate(this::prove)
        .onTermination()
        .invoke(() -> looking.set(false))
        .subscribe()
        .with(
            _ -> {},
            failure -> LOG.debugf("no proofs now: error=%s", failure.getClass().getName()));
  }

  /** Whether there was something to look for. */
  private Uni<Boolean> prove(DeviceSession session) {
    return session
        .wantedProof()
        .map(
            wanted ->
                found(session, wanted)
                    .invoke(answer -> session.proof(wanted, answer))
                    .replaceWith(true))
        .orElseGet(() -> Uni.createFrom().item(false));
  }

  /** What fails now is asked again, until it is too late. */
  private Uni<Answer> found(DeviceSession session, Wanted wanted) {
    return proofs
        .of(session.organisation(), session.device(), wanted.receivedAtMillis())
        .ifNoItem()
        .after(PATIENCE)
        .fail()
        .onFailure()
        .recoverWithItem(
            failure -> {
              LOG.debugf("no proof now: error=%s", failure.getClass().getName());
              return new NotYet();
            });
  }
}
