package io.pulsewarden.registry.feed;

import io.smallrye.health.api.Wellness;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Tells whether changes reach Kafka. Not part of readiness: without Kafka the registry still
 * registers, enrols and revokes, and the outbox keeps what it has to say.
 */
@Wellness
@ApplicationScoped
class FeedHealth implements HealthCheck {

  private final FeedLifecycle feed;

  FeedHealth(FeedLifecycle feed) {
    this.feed = feed;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("device-state-feed").status(feed.healthy()).build();
  }
}
