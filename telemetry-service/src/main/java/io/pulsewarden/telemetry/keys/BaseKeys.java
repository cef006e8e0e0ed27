package io.pulsewarden.telemetry.keys;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * Base keys, from the cache or from key management. Thread-safe. A stage fails with {@link
 * KeysUnavailableException} when keys can't be had now; it may complete on any thread.
 */
public interface BaseKeys {

  /** An answer for each request, in order. Misses go to key management in one batch. */
  CompletionStage<List<KeyAnswer>> all(List<KeyRequest> requests);

  /** The key to seal with now. */
  default CompletionStage<KeyAnswer> current(KeySubject subject, Purpose purpose) {
    return all(List.of(new KeyRequest.Current(subject, purpose))).thenApply(List::getFirst);
  }

  /** The key that something was sealed with. */
  default CompletionStage<KeyAnswer> byId(UUID subjectKeyId, Purpose purpose, int epoch) {
    return all(List.of(new KeyRequest.ById(subjectKeyId, purpose, epoch)))
        .thenApply(List::getFirst);
  }
}
