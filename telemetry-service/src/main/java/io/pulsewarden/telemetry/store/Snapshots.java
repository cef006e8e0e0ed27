package io.pulsewarden.telemetry.store;

import io.pulsewarden.telemetry.keys.KeysUnavailableException;
import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;

/**
 * Work on one moment of the database that needs keys. Whoever waits for key management in the
 * middle of it holds a connection as long, and a few who do hold all of them. So the work opens
 * with {@link BlockOpener#inHand()}, is given up where a key is missing, and begins anew on another
 * moment when the key is there. Thread-safe.
 */
public final class Snapshots {

  /** A walk meets the keys of one more day at a time, and keeps those that it met. */
  private static final int ATTEMPTS = 64;

  private Snapshots() {}

  /**
   * Does the work, as often as it takes.
   *
   * @param work begins anew each time, and has given its connection back when it fails; must leave
   *     nothing behind that a second time would trip over
   */
  public static <T> Uni<T> with(Supplier<Uni<T>> work) {
    return with(work, ATTEMPTS);
  }

  private static <T> Uni<T> with(Supplier<Uni<T>> work, int attempts) {
    return Uni.createFrom()
        .deferred(work::get)
        .onFailure(KeysOnTheWayException.class)
        .recoverWithUni(
            missing ->
                attempts == 1
                    ? Uni.createFrom()
                        .failure(new KeysUnavailableException("keys don't stay in memory", null))
                    : Uni.createFrom()
                        .completionStage(missing::arrival)
                        .chain(() -> with(work, attempts - 1)));
  }
}
