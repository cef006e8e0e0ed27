package io.pulsewarden.telemetry.auditing;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

/**
 * Brings answers of keys and audit, which complete on threads of their own, back to the Vert.x
 * context that asked: sessions of Hibernate Reactive live on it and fail elsewhere, and Kafka's
 * thread must not be held.
 */
public final class ContextReturn {

  private ContextReturn() {}

  /** The same answer, completing on the context that it was subscribed from. */
  public static <T> Uni<T> home(Uni<T> answer) {
    return Uni.createFrom()
        .deferred(
            () -> {
              Context context = Vertx.currentContext();
              return context == null
                  ? answer
                  : answer.emitOn(task -> context.runOnContext(nothing -> task.run()));
            });
  }
}
