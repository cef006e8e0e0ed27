package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.gap.GapReports;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Looks every second for what the devices of this instance's sessions have to be told, whichever
 * instance found it out. A look that fails is made good by the next one.
 */
@Singleton
final class NoticesLifecycle {

  private static final Logger LOG = Logger.getLogger(NoticesLifecycle.class);
  private static final Duration EACH = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final SessionRegistry sessions;
  private final GapReports reports;
  private final LookBack changes = new LookBack(System::nanoTime);
  private volatile long timer;

  NoticesLifecycle(Vertx vertx, SessionRegistry sessions, GapReports reports) {
    this.vertx = vertx;
    this.sessions = sessions;
    this.reports = reports;
  }

  void start(@Observes StartupEvent started) {
    timer = vertx.setPeriodic(EACH.toMillis(), _ -> look());
  }

  void stop(@Observes ShutdownEvent stopping) {
    vertx.cancelTimer(timer);
  }

  private void look() {
    if (sessions.size() > 0) {
      changes.begin().ifPresent(this::look);
    }
  }

  private void look(LookBack.Look look) {
    reports
        .changed(look.span())
        .chain(this::tell)
        .subscribe()
        .with(
            _ -> look.ended(true),
            failure -> {
              look.ended(false);
              LOG.debugf("no notices now: error=%s", failure.getClass().getName());
            });
  }

  private Uni<Void> tell(Set<UUID> changed) {
    List<DeviceSession> waiting = sessions.awaitingNotice(changed);
    if (waiting.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Map<UUID, UUID> organisations =
        waiting.stream()
            .collect(Collectors.toMap(DeviceSession::device, DeviceSession::organisation));
    return reports
        .notices(organisations)
        .invoke(found -> waiting.forEach(one -> one.notice(found.get(one.device()))))
        .replaceWithVoid();
  }
}
