package io.pulsewarden.telemetry.devicefeed;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready for devices while the feed is unread or stale. */
@Readiness
@Singleton
class DeviceFeedHealth implements HealthCheck {

  private final FeedFreshness freshness;

  DeviceFeedHealth(FeedFreshness freshness) {
    this.freshness = freshness;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("device feed")
        .status(freshness.admitsSessions())
        .withData("ageSeconds", freshness.age().toSeconds())
        .withData("keepsSessions", freshness.keepsSessions())
        .build();
  }
}
