package io.pulsewarden.registry.status;

import jakarta.enterprise.context.ApplicationScoped;
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
 * nothing while nobody tells it of changes. Thread-safe.
 */
@ApplicationScoped
class AnswerCache {

  private static final int MAX_ANSWERS = 50_000;

  private final Clock clock;
  private final Map<ByteBuffer, StatusAnswer> answers = new ConcurrentHashMap<>();

  /** Which questions to forget when a device changes, without a look at all of them. */
  private final Map<UUID, Set<ByteBuffer>> questions = new ConcurrentHashMap<>();

  private final AtomicLong generation = new AtomicLong();
  private volatile boolean informed;

  AnswerCache(Clock clock) {
    this.clock = clock;
  }

  /** Where changes stand; asked before a status is read, so that an older one isn't kept. */
  long generation() {
    return generation.get();
  }

  Optional<StatusAnswer> get(byte[] question) {
    StatusAnswer answer = answers.get(ByteBuffer.wrap(question));
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
    if (answers.size() >= MAX_ANSWERS || questions.size() >= MAX_ANSWERS) {
      clear();
    }
    ByteBuffer key = ByteBuffer.wrap(question.clone());
    answers.put(key, answer);
    answer.devices().forEach(device -> questions.compute(device, (_, about) -> with(about, key)));
    // After both puts: a change in between either sees the answer or is seen here.
    if (generation.get() != since) {
      answers.remove(key);
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
    Set<ByteBuffer> about = questions.remove(device);
    if (about != null) {
      about.forEach(answers::remove);
    }
  }

  /** Whether changes are told from now on; whatever was kept before may be wrong. */
  void informed(boolean now) {
    informed = now;
    generation.incrementAndGet();
    clear();
  }

  private void clear() {
    answers.clear();
    questions.clear();
  }

  boolean isInformed() {
    return informed;
  }
}
