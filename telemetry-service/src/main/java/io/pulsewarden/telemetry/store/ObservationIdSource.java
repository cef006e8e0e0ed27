package io.pulsewarden.telemetry.store;

import io.pulsewarden.telemetry.keys.BaseKeys;
import io.pulsewarden.telemetry.keys.KeyAnswer;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.KeysUnavailableException;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.SubjectErasedException;
import io.smallrye.mutiny.Uni;
import java.util.UUID;
import java.util.function.Function;

/** Lends an organisation's id keys for the time of one use. Thread-safe. */
public final class ObservationIdSource {

  private final BaseKeys keys;

  public ObservationIdSource(BaseKeys keys) {
    this.keys = keys;
  }

  /** Runs {@code use} with the keys, and destroys them when its answer is there. */
  public <T> Uni<T> with(UUID organisation, Function<ObservationIdKeys, Uni<T>> use) {
    return Uni.createFrom()
        .completionStage(
            () -> keys.current(KeySubject.organisation(organisation), Purpose.OBSERVATION_ID))
        .map(ObservationIdSource::keysOf)
        .chain(ids -> use.apply(ids).onTermination().invoke(ids::close));
  }

  private static ObservationIdKeys keysOf(KeyAnswer answer) {
    return switch (answer) {
      case KeyAnswer.Available available -> {
        try (var key = available.baseKey()) {
          yield ObservationIdKeys.of(key);
        }
      }
      case KeyAnswer.Erased() -> throw new SubjectErasedException();
      case KeyAnswer.Unknown(), KeyAnswer.Denied(), KeyAnswer.Unusable() ->
          throw new KeysUnavailableException("the id key was not handed out", null);
    };
  }
}
