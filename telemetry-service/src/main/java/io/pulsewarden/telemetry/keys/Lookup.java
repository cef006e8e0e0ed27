package io.pulsewarden.telemetry.keys;

import java.time.Clock;
import java.util.UUID;

/** A request whose epoch is settled: what the cache and key management are asked for. */
sealed interface Lookup {

  Purpose purpose();

  int epoch();

  /** The subject's key of that epoch. */
  record OfSubject(KeySubject subject, Purpose purpose, int epoch) implements Lookup {}

  /** That subject key's. */
  record ById(UUID subjectKeyId, Purpose purpose, int epoch) implements Lookup {}

  static Lookup of(KeyRequest request, Clock clock) {
    return switch (request) {
      case KeyRequest.Current(KeySubject subject, Purpose purpose) ->
          new OfSubject(subject, purpose, purpose.epoch(clock));
      case KeyRequest.ById(UUID subjectKeyId, Purpose purpose, int epoch) ->
          new ById(subjectKeyId, purpose, epoch);
    };
  }
}
