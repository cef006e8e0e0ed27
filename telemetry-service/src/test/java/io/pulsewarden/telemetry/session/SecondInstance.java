package io.pulsewarden.telemetry.session;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.platform.ServiceTestBed;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.DeviceFeedConsumer;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.gap.GapReports;
import io.pulsewarden.telemetry.intake.IntakeBudget;
import io.pulsewarden.telemetry.intake.VitalsIntake;
import io.pulsewarden.telemetry.presence.Presence;
import io.pulsewarden.telemetry.traffic.TrafficLimits;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.UUID;

/**
 * Another instance's endpoint in this JVM: a listener, sessions and a device feed of its own, on
 * the same Kafka. It shares nothing with the first but the intake behind them.
 */
final class SecondInstance implements AutoCloseable {

  private final DeviceDirectory directory = new DeviceDirectory();
  private final FeedFreshness freshness;
  private final DeviceFeedConsumer feed;
  private final MqttServerLifecycle server;
  private final SessionRegistry sessions = new SessionRegistry(directory);
  private final Vertx vertx;
  private Runnable untold = () -> {};

  SecondInstance(
      ServiceTestBed bed,
      Vertx vertx,
      TlsConfigurationRegistry tls,
      MqttConfiguration limits,
      VitalsIntake intake,
      Presence presence,
      AuditTrail audit,
      AuditEvents events) {
    this(
        bed,
        vertx,
        tls,
        limits,
        intake,
        presence,
        audit,
        events,
        TestDevices.freshness(Clock.systemUTC()));
  }

  /** One that judges by its own clock how old the feed is. */
  SecondInstance(
      ServiceTestBed bed,
      Vertx vertx,
      TlsConfigurationRegistry tls,
      MqttConfiguration limits,
      VitalsIntake intake,
      Presence presence,
      AuditTrail audit,
      AuditEvents events,
      FeedFreshness freshness) {
    this.freshness = freshness;
    this.vertx = vertx;
    MqttConfiguration settings = new OtherPort(limits);
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    IntakeBudget budget = new IntakeBudget(settings.pendingBytes());
    DeviceTrust trust = new DeviceTrust(directory);
    feed = TestDevices.feed(bed.kafkaProperties("telemetry-service"), directory, freshness);
    server =
        new MqttServerLifecycle(
            vertx,
            settings,
            trust,
            tls,
            new ConnectEndpoint(
                vertx,
                new AdmissionPolicy(trust, directory, freshness, Clock.systemUTC()),
                sessions,
                new SessionJournal(metrics, audit, events, directory),
                presence,
                settings,
                new DeviceSession.Shared(
                    intake::accept,
                    budget,
                    new TrafficLimits(
                        SessionConfiguration.rates(settings.traffic()), Clock.systemUTC()),
                    Clock.systemUTC())),
            sessions,
            feed,
            new FeedWatch(freshness, sessions),
            new MemoryRelief(budget, sessions),
            presence,
            intake,
            metrics);
    server.start(new StartupEvent());
  }

  /** Its devices hear of what is missing, too. */
  SecondInstance telling(GapReports gaps) {
    NoticesLifecycle notices = new NoticesLifecycle(vertx, sessions, gaps);
    notices.start(new StartupEvent());
    untold = () -> notices.stop(new ShutdownEvent());
    return this;
  }

  int port() {
    return server.port();
  }

  /** Whether it would let the device in. */
  boolean knows(UUID device) {
    return server.port() != 0 && freshness.admitsSessions() && directory.find(device).isPresent();
  }

  @Override
  public void close() {
    untold.run();
    server.stop(new ShutdownEvent());
    TestDevices.stop(feed);
  }
}
