package io.pulsewarden.telemetry.session;

import io.smallrye.health.api.HealthGroup;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Whether devices and people may come: from when the endpoint listens until the service ends. What
 * all instances share must not take all of them out of their service: while the registry is silent
 * readings are still shown and sessions stay, and without the database intake goes on.
 */
@HealthGroup("traffic")
@Singleton
final class TrafficHealth implements HealthCheck {

  private final MqttServerLifecycle server;

  TrafficHealth(MqttServerLifecycle server) {
    this.server = server;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("traffic").status(server.port() != 0).build();
  }
}
