package io.pulsewarden.telemetry.keys;

import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Key management in memory, for tests: real keys, really derived (docs/formats/keys.md), and
 * switches for what can go wrong. Thread-safe.
 */
public final class InMemoryBaseKeys implements BaseKeys {

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<KeySubject, UUID> ids = new ConcurrentHashMap<>();
  private final Map<UUID, byte[]> subjectKeys = new ConcurrentHashMap<>();
  private final Set<UUID> erased = ConcurrentHashMap.newKeySet();
  private final Set<UUID> unusable = ConcurrentHashMap.newKeySet();
  private final Set<Purpose> denied = ConcurrentHashMap.newKeySet();
  private final AtomicInteger asked = new AtomicInteger();
  private final LastAnswer last;
  private volatile boolean unavailable;

  public InMemoryBaseKeys(Clock clock) {
    this(clock, new LastAnswer());
  }

  /**
   * The same.
   *
   * @param last told of how each batch ends, as the client of key management tells it
   */
  InMemoryBaseKeys(Clock clock, LastAnswer last) {
    this.clock = clock;
    this.last = last;
  }

  /** Destroys the subject's key; made if there was none, so that the subject stays erased. */
  public void erase(KeySubject subject) {
    UUID id = idOf(subject);
    erased.add(id);
    subjectKeys.remove(id);
  }

  /** The subject's key is there, but does not open any more. */
  public void spoil(KeySubject subject) {
    unusable.add(idOf(subject));
  }

  /** As when a KEK version came back from a snapshot. */
  public void mend(KeySubject subject) {
    unusable.remove(idOf(subject));
  }

  /** Denies every key of this purpose from now on. */
  public void deny(Purpose purpose) {
    denied.add(purpose);
  }

  /** While set, every stage fails. */
  public void unavailable(boolean now) {
    unavailable = now;
  }

  /** The id under which this subject's key stands in envelopes. */
  public UUID idOf(KeySubject subject) {
    return ids.computeIfAbsent(
        subject,
        _ -> {
          byte[] key = new byte[BaseKey.LENGTH];
          random.nextBytes(key);
          UUID id = UUID.randomUUID();
          subjectKeys.put(id, key);
          return id;
        });
  }

  /** How many batches were asked for. */
  public int asked() {
    return asked.get();
  }

  @Override
  public CompletionStage<List<KeyAnswer>> all(List<KeyRequest> requests) {
    asked.incrementAndGet();
    if (unavailable) {
      KeysUnavailableException away =
          new KeysUnavailableException("switched off by the test", null);
      last.ended(away);
      return CompletableFuture.failedFuture(away);
    }
    last.ended(null);
    return CompletableFuture.completedFuture(requests.stream().map(this::answer).toList());
  }

  private KeyAnswer answer(KeyRequest request) {
    if (denied.contains(request.purpose())) {
      return new KeyAnswer.Denied();
    }
    return switch (request) {
      case KeyRequest.Current(KeySubject subject, Purpose purpose) ->
          derive(idOf(subject), purpose, purpose.epoch(clock));
      case KeyRequest.ById(UUID id, Purpose purpose, int epoch) -> derive(id, purpose, epoch);
    };
  }

  private KeyAnswer derive(UUID id, Purpose purpose, int epoch) {
    if (unusable.contains(id)) {
      return new KeyAnswer.Unusable();
    }
    byte[] subjectKey = subjectKeys.get(id);
    if (subjectKey == null) {
      return erased.contains(id) ? new KeyAnswer.Erased() : new KeyAnswer.Unknown();
    }
    byte[] name = purpose.wireName().getBytes(StandardCharsets.US_ASCII);
    byte[] label = "pulsewarden-base-key-v1".getBytes(StandardCharsets.US_ASCII);
    byte[] info =
        ByteBuffer.allocate(label.length + Short.BYTES + name.length + Integer.BYTES)
            .put(label)
            .putShort((short) name.length)
            .put(name)
            .putInt(epoch)
            .array();
    try {
      byte[] key =
          KDF.getInstance("HKDF-SHA256")
              .deriveData(
                  HKDFParameterSpec.ofExtract()
                      .addIKM(subjectKey)
                      .thenExpand(info, BaseKey.LENGTH));
      return new KeyAnswer.Available(new BaseKey(id, epoch, SecretBytes.owning(key)));
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("no HKDF here", broken);
    }
  }
}
