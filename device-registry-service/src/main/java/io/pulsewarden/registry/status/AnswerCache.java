package io.pulsewarden.registry.status;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Signed answers by the bytes of their question, until they go stale or a status changes. Keeps
 * nothing while nobody tells it of changes, and no more bytes than it may: who asks needs no token.
 * Thread-safe.
 */
@ApplicationScoped
class AnswerCache {

  private static final int MAX_ANSWERS = 50_000;
  static final long MAX_BYTES = 40L << 20;

  private final Clock clock;
  private final long maxBytes;
  private final AtomicLong generation = new AtomicLong();
  private volatile Kept kept = new Kept();
  private volatile boolean informed;

  /** Replaced as one: what is put while it is cleared is in the new one whole, or in the old. */
  private static final class Kept {
    private final Map<ByteBuffer, StatusAnswer> answers = new ConcurrentHashMap<>();

    /** Which questions to forget when a device changes, without a look at all of them. */
    private final Map<UUID, Set<ByteBuffer>> questions = new ConcurrentHashMap<>();

    /** Of all that was ever put here; what was forgotten since counts until it is cleared. */
    private final AtomicLong bytes = new AtomicLong();

    private boolean isFull(long maxBytes) {
      return answers.size() >= MAX_ANSWERS
          || questions.size() >= MAX_ANSWERS
          || bytes.get() >= maxBytes;
    }
  }

  @Inject
  AnswerCache(Clock clock) {
    this(clock, MAX_BYTES);
  }

  AnswerCache(Clock clock, long maxBytes) {
    this.clock = clock;
    this.maxBytes = maxBytes;
  }

  /** Where changes stand; asked before a status is read, so that an older one isn't kept. */
  long generation() {
    return generation.get();
  }

  Optional<StatusAnswer> get(byte[] question) {
    StatusAnswer answer = kept.answers.get(ByteBuffer.wrap(question));
    return answer == null || !informed || answer.isStale(clock.instant())
        ? Optional.empty()
        : Optional.of(answer);
  }

  /**
   * Keeps an answer, unless something changed since.
   *
   * @param since the generation before its statuses were read
   */
  void put(byte[] question, StatusAnswer answer, long since) {
    if (!informed || !answer.lasting()) {
      return;
    }
    if (kept.isFull(maxBytes)) {
      clear();
    }
    Kept into = kept;
    ByteBuffer key = ByteBuffer.wrap(question.clone());
    into.answers.put(key, answer);
    into.bytes.addAndGet((long) question.length + answer.der().length);
    answer
        .devices()
        .forEach(device -> into.questions.compute(device, (_, about) -> with(about, key)));
    // After both puts: a change in between either sees the answer or is seen here.
    if (generation.get() != since) {
      into.answers.remove(key);
    }
  }

  /** Added to while the map holds the device's place: what is removed from it grows no more. */
  private static Set<ByteBuffer> with(@Nullable Set<ByteBuffer> about, ByteBuffer question) {
    Set<ByteBuffer> grown = about == null ? new HashSet<>() : about;
    grown.add(question);
    return grown;
  }

  /** The status of a device's certificates changed. */
  void changed(UUID device) {
    generation.incrementAndGet();
    // After the generation: an answer put into what replaces this one knows of the change.
    Kept from = kept;
    Set<ByteBuffer> about = from.questions.remove(device);
    if (about != null) {
      about.forEach(from.answers::remove);
    }
  }

  /** Whether changes are told from now on; whatever was kept before may be wrong. */
  void informed(boolean now) {
    informed = now;
    generation.incrementAndGet();
    clear();
  }

  private void clear() {
    kept = new Kept();
  }

  boolean isInformed() {
    return informed;
  }

  /** How many answers are kept. */
  int size() {
    return kept.answers.size();
  }
}
