package io.pulsewarden.telemetry.session;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.telemetry.devicefeed.DeviceFeedConsumer;
import io.pulsewarden.telemetry.intake.VitalsIntake;
import io.pulsewarden.telemetry.presence.Presence;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Listens for devices once the device feed was read to its end, and stops in order. */
@Singleton
public final class MqttServerLifecycle {

  private static final Logger LOG = Logger.getLogger(MqttServerLifecycle.class);
  private static final String EDGE = "edge";

  /** Vert.x: any free port, the same for all servers that say -1. */
  private static final int ANY_SHARED_PORT = -1;

  private static final Duration FRESHNESS_CHECKED_EACH = Duration.ofSeconds(5);
  private static final Duration ELSEWHERE_CHECKED_EACH = Duration.ofSeconds(1);
  private static final Duration LOOK_PATIENCE = Duration.ofSeconds(10);
  private static final long MEMORY_CHECKED_AFTER_MILLIS = 100;
  private static final long MEMORY_JITTER_MILLIS = 200;

  private final Vertx vertx;
  private final MqttConfiguration settings;
  private final DeviceTrust trust;
  private final EdgeKeys keys;
  private final ConnectEndpoint endpoint;
  private final SessionRegistry sessions;
  private final DeviceFeedConsumer feed;
  private final FeedWatch watch;
  private final MemoryRelief relief;
  private final Presence presence;
  private final VitalsIntake intake;
  private final LookBack elsewhere = new LookBack(System::nanoTime);
  private volatile int port;
  private volatile @Nullable String deployment;

  MqttServerLifecycle(
      Vertx vertx,
      MqttConfiguration settings,
      DeviceTrust trust,
      TlsConfigurationRegistry tls,
      ConnectEndpoint endpoint,
      SessionRegistry sessions,
      DeviceFeedConsumer feed,
      FeedWatch watch,
      MemoryRelief relief,
      Presence presence,
      VitalsIntake intake,
      MeterRegistry metrics) {
    this.vertx = vertx;
    this.settings = settings;
    this.trust = trust;
    this.keys = new EdgeKeys(keyManager(tls.get(EDGE).orElseThrow()));
    this.endpoint = endpoint;
    this.sessions = sessions;
    this.feed = feed;
    this.watch = watch;
    this.relief = relief;
    this.presence = presence;
    this.intake = intake;
    metrics.gauge("pulsewarden.sessions.open", sessions, SessionRegistry::size);
  }

  void start(@Observes StartupEvent started) {
    vertx.setPeriodic(FRESHNESS_CHECKED_EACH.toMillis(), _ -> watch.check());
    vertx.setPeriodic(ELSEWHERE_CHECKED_EACH.toMillis(), _ -> handOver());
    relieveMemory();
    feed.start().thenCompose(_ -> intake.prepare()).thenRun(this::listen);
  }

  void stop(@Observes ShutdownEvent stopping) {
    port = 0;
    sessions.closeAll(CloseReason.SHUTTING_DOWN);
    if (deployment != null) {
      vertx.undeploy(deployment);
    }
  }

  void renew(@Observes CertificateUpdatedEvent renewed) {
    if (EDGE.equals(renewed.name())) {
      keys.replace(keyManager(renewed.tlsConfiguration()));
    }
  }

  /** Where it listens; 0 while it doesn't. */
  public int port() {
    return port;
  }

  /** Sessions of devices that connected to another instance end here. */
  private void handOver() {
    elsewhere
        .begin()
        .ifPresent(
            look -> {
              var _ =
                  presence
                      .openedElsewhere(look.span())
                      .toCompletableFuture()
                      .orTimeout(LOOK_PATIENCE.toSeconds(), TimeUnit.SECONDS)
                      .whenComplete(
                          (found, _) -> {
                            if (found != null) {
                              sessions.takenOver(found.newest());
                            }
                            look.ended(found != null && found.complete());
                          });
            });
  }

  private void relieveMemory() {
    long pause =
        MEMORY_CHECKED_AFTER_MILLIS + ThreadLocalRandom.current().nextLong(MEMORY_JITTER_MILLIS);
    vertx.setTimer(
        pause,
        _ -> {
          try {
            relief.check();
          } finally {
            // Whatever becomes of one look, there is a next one.
            relieveMemory();
          }
        });
  }

  /** One server on each event loop, all on one port. */
  private void listen() {
    AtomicInteger bound = new AtomicInteger();
    vertx
        .deployVerticle(
            () -> new Listener(bound), new DeploymentOptions().setInstances(settings.eventLoops()))
        .onSuccess(
            id -> {
              deployment = id;
              port = bound.get();
              LOG.infof("listening for devices: port=%d", port);
            })
        .onFailure(
            failure -> {
              LOG.errorf(failure, "can't listen for devices: port=%d", settings.port());
              Quarkus.asyncExit(1);
            });
  }

  private final class Listener extends AbstractVerticle {
    private final AtomicInteger bound;

    Listener(AtomicInteger bound) {
      this.bound = bound;
    }

    @Override
    public void start(Promise<Void> started) {
      MqttServer.create(vertx, options())
          .endpointHandler(endpoint::connect)
          .exceptionHandler(_ -> LOG.debug("a connection broke before its CONNECT"))
          .listen()
          .onSuccess(server -> bound.set(server.actualPort()))
          .<Void>mapEmpty()
          .onComplete(started);
    }
  }

  private MqttServerOptions options() {
    MqttServerOptions options = new MqttServerOptions();
    EdgeTlsConfiguration.apply(options, endpoint::refusedInTls);
    return options
        .setHost(settings.host())
        .setPort(settings.port() == 0 ? ANY_SHARED_PORT : settings.port())
        .setKeyCertOptions(KeyCertOptions.wrap(keys))
        .setTrustOptions(TrustOptions.wrap(trust))
        .setMaxMessageSize(settings.maximumPacketSize())
        .setMaxClientIdLength(256)
        .setAutoClientId(false)
        .setTimeoutOnConnect(Math.toIntExact(settings.connectTimeout().toSeconds()));
  }

  private X509ExtendedKeyManager keyManager(TlsConfiguration edge) {
    try {
      return (X509ExtendedKeyManager)
          edge.getKeyStoreOptions().getKeyManagerFactory(vertx).getKeyManagers()[0];
    } catch (Exception unreadable) {
      throw new IllegalStateException("the edge certificate can't be used", unreadable);
    }
  }
}
