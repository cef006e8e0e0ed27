package io.pulsewarden.telemetry.presence;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The device has a newer connection than this one: nothing of this one is written. */
public final class SupersededException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** No fault of anybody, so without a stack. */
  public SupersededException() {
    super("the device has a newer connection", null, false, false);
  }

  /** Whether a stage failed by this. */
  public static boolean isCauseOf(@Nullable Throwable failure) {
    return failure instanceof SupersededException
        || (failure instanceof CompletionException
            && failure.getCause() instanceof SupersededException);
  }
}
