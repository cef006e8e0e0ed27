package io.pulsewarden.telemetry.bridge;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.intake.IntakeBudget;
import io.pulsewarden.telemetry.intake.VitalsIntake;
import io.pulsewarden.telemetry.traffic.TrafficLimits;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;

/** Keeps the connections to all brokers that are configured; off where none is. */
@Singleton
class BridgeLifecycle implements DeviceDirectory.Listener {

  private final TlsConfigurationRegistry tls;
  private final VitalsIntake intake;
  private final List<BridgeConnector> connectors;

  BridgeLifecycle(
      BridgeConfiguration configuration,
      TlsConfigurationRegistry tls,
      DeviceDirectory directory,
      FeedFreshness freshness,
      VitalsIntake intake,
      IntakeBudget budget,
      TrafficLimits traffic,
      BridgeJournal journal,
      Clock clock,
      MeterRegistry metrics) {
    this.tls = tls;
    this.intake = intake;
    BrokerAdmission admission = new BrokerAdmission(directory, freshness);
    BridgeSession.Shared shared =
        new BridgeSession.Shared(intake::accept, budget, traffic, clock, journal);
    connectors =
        configuration.brokers().entrySet().stream()
            .map(BridgedBroker::of)
            .flatMap(
                broker ->
                    IntStream.range(0, broker.connections())
                        .mapToObj(
                            number -> connector(configuration, broker, number, admission, shared)))
            .toList();
    connectors.stream()
        .map(BridgeConnector::broker)
        .distinct()
        .forEach(
            broker ->
                metrics.gauge(
                    "pulsewarden.bridge.open",
                    List.of(Tag.of("broker", broker.name())),
                    this,
                    bridges -> bridges.open(broker)));
    if (!connectors.isEmpty()) {
      directory.addListener(this);
    }
  }

  void start(@Observes StartupEvent started) {
    if (connectors.isEmpty()) {
      return;
    }
    // A mistake in the configuration shows at once, and not when a site misses its readings.
    brokers().forEach(this::context);
    intake
        .prepare()
        .thenRun(
            () ->
                connectors.forEach(
                    connector ->
                        Thread.ofVirtual()
                            .name("bridge-" + connector.broker().name())
                            .start(connector)));
  }

  void stop(@Observes ShutdownEvent stopping) {
    connectors.forEach(BridgeConnector::stop);
  }

  @Override
  public void deviceChanged(UUID device) {
    connectors.stream()
        .filter(connector -> connector.broker().gateway().equals(device))
        .forEach(BridgeConnector::recheck);
  }

  List<BridgedBroker> brokers() {
    return connectors.stream().map(BridgeConnector::broker).distinct().toList();
  }

  /** How many connections to the broker stand. */
  long open(BridgedBroker broker) {
    return connectors.stream()
        .filter(connector -> connector.broker().equals(broker) && connector.isOpen())
        .count();
  }

  private BridgeConnector connector(
      BridgeConfiguration configuration,
      BridgedBroker broker,
      int number,
      BrokerAdmission admission,
      BridgeSession.Shared shared) {
    String clientId = broker.clientId(configuration.node(), number);
    return new BridgeConnector(
        broker,
        admission,
        shared,
        session -> new BridgeClient(broker, clientId, context(broker), session),
        new BackOff(configuration.longestPause(), () -> ThreadLocalRandom.current().nextLong()));
  }

  /** Made for each connection, so that a renewed certificate counts from the next one on. */
  private SSLContext context(BridgedBroker broker) {
    try {
      return tls.get(broker.tlsName())
          .orElseThrow(() -> new IllegalStateException("no such TLS configuration"))
          .createSSLContext();
    } catch (Exception unusable) {
      throw new IllegalStateException("the TLS configuration of a broker can't be used", unusable);
    }
  }
}
