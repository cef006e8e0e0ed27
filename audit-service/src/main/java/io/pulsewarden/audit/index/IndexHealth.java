package io.pulsewarden.audit.index;

import io.smallrye.health.api.Wellness;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/**
 * Down once the index was seen to differ from the log. Not a matter of readiness: the log itself
 * goes on, and an instance that is taken away mends nothing.
 */
@Wellness
@ApplicationScoped
class IndexHealth implements HealthCheck {

  private final IndexWatch watch;

  IndexHealth(IndexWatch watch) {
    this.watch = watch;
  }

  @Override
  public HealthCheckResponse call() {
    var last = watch.last();
    var first = last.flatMap(IndexCheck.Result::first);
    HealthCheckResponseBuilder answer =
        HealthCheckResponse.named("audit index")
            .status(first.isEmpty())
            .withData("compared", last.map(IndexCheck.Result::entries).orElse(0L));
    first.ifPresent(difference -> answer.withData("first-difference", difference.leaf()));
    return answer.build();
  }
}
