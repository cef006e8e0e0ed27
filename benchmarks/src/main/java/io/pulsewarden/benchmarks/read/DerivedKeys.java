package io.pulsewarden.benchmarks.read;

import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.secret.SecretBytes;
import io.pulsewarden.telemetry.keys.BaseKeys;
import io.pulsewarden.telemetry.keys.KeyAnswer;
import io.pulsewarden.telemetry.keys.KeyRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keys that are there at once, as from a cache: what is measured is the store. Thread-safe. */
final class DerivedKeys implements BaseKeys {

  @Override
  public CompletionStage<List<KeyAnswer>> all(List<KeyRequest> requests) {
    return CompletableFuture.completedFuture(requests.stream().map(DerivedKeys::answer).toList());
  }

  private static KeyAnswer answer(KeyRequest request) {
    return switch (request) {
      case KeyRequest.Current(var subject, var purpose) ->
          new KeyAnswer.Available(
              key(subject.id(), purpose.wireName(), purpose.epoch(Clock.systemUTC())));
      case KeyRequest.ById(UUID id, var purpose, int epoch) ->
          new KeyAnswer.Available(key(id, purpose.wireName(), epoch));
    };
  }

  private static BaseKey key(UUID subject, String purpose, int epoch) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(purpose.getBytes(StandardCharsets.US_ASCII));
      sha256.update(
          ByteBuffer.allocate(20)
              .putLong(subject.getMostSignificantBits())
              .putLong(subject.getLeastSignificantBits())
              .putInt(epoch)
              .array());
      return new BaseKey(subject, epoch, SecretBytes.owning(sha256.digest()));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
