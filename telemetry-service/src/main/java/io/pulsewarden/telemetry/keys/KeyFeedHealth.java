package io.pulsewarden.telemetry.keys;

import io.pulsewarden.telemetry.keys.BaseKeysConfiguration.KeysInHand;
import io.smallrye.health.api.Wellness;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Whether keys can be had: the feed that tells of destroyed ones is fresh, so that those in hand
 * may be used, and key management answered when it was last asked for others. Not part of
 * readiness: intake waits, and goes on by itself.
 */
@Wellness
@Singleton
class KeyFeedHealth implements HealthCheck {

  private final KeyFeed feed;
  private final LastAnswer answer;

  @Inject
  KeyFeedHealth(KeysInHand keys, LastAnswer answer) {
    this(keys.feed(), answer);
  }

  KeyFeedHealth(KeyFeed feed, LastAnswer answer) {
    this.feed = feed;
    this.answer = answer;
  }

  @Override
  public HealthCheckResponse call() {
    boolean fresh = feed.fresh();
    LastAnswer.Standing last = answer.standing();
    return HealthCheckResponse.named("keys")
        .status(fresh && last != LastAnswer.Standing.FAILED)
        .withData("feedFresh", fresh)
        .withData("keyManagement", last.name())
        .build();
  }
}
