package io.pulsewarden.telemetry.gap;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A sender's numbering, and what each message does to it. Not thread-safe: the row's lock is around
 * it.
 *
 * <p>What a number means that has come before: another record of the same message, or the message
 * sent again, unless its readings are newer than all that came with the numbering, and it was
 * received later: then the numbering has begun anew. A sender without a clock has newer readings
 * each time it sends, so that only a number well below the newest shows it.
 */
final class Numbering {

  /** More gaps of one sender are not kept apart; the oldest go. */
  static final int MAX_GAPS = 1_000;

  /** What a sender without a clock may have in flight, and so may send again. */
  private static final int IN_FLIGHT = 16;

  private static final Comparator<Place> ORDER =
      Comparator.comparingInt(Place::run).thenComparingLong(Place::first);

  private final NavigableMap<Place, Gap> gaps = new TreeMap<>(ORDER);
  private final boolean clocked;
  private @Nullable Numbers numbers;
  private boolean gapsChanged;

  /** By which a gap is told from the sender's others. */
  record Place(int run, long first) {
    static Place of(Gap gap) {
      return new Place(gap.run(), gap.first());
    }
  }

  /**
   * The numbering as it stands.
   *
   * @param numbers null before its first message
   * @param clocked whether the sender has a clock of its own
   */
  Numbering(@Nullable Numbers numbers, Collection<Gap> gaps, boolean clocked) {
    this.numbers = numbers;
    this.clocked = clocked;
    gaps.forEach(gap -> this.gaps.put(Place.of(gap), gap));
  }

  /** Whether these messages, in order, only count on: no gap is needed to take them. */
  static boolean countsOn(@Nullable Numbers numbers, List<NumberedMessage> messages) {
    long newest = numbers == null ? messages.getFirst().sequence() - 1 : numbers.newest();
    long received = numbers == null ? -1 : numbers.newestReceivedMillis();
    for (NumberedMessage message : messages) {
      boolean next = message.sequence() == newest + 1;
      boolean same = message.sequence() == newest && message.receivedAtMillis() == received;
      if (!next && !same) {
        return false;
      }
      newest = message.sequence();
      received = message.receivedAtMillis();
    }
    return true;
  }

  Numbers numbers() {
    if (numbers == null) {
      throw new IllegalStateException("no message has come yet");
    }
    return numbers;
  }

  List<Gap> gaps() {
    return List.copyOf(gaps.values());
  }

  boolean gapsChanged() {
    return gapsChanged;
  }

  void add(NumberedMessage message) {
    Numbers known = numbers;
    if (known == null) {
      numbers = Numbers.beginning(message);
    } else if (message.sequence() == known.newest() + 1) {
      numbers = known.advanced(message);
    } else if (message.sequence() > known.newest()) {
      ofAnEarlierRun(known, message)
          .ifPresentOrElse(gap -> fill(known, gap, message), () -> jump(known, message));
    } else {
      inThisRun(known, message)
          .or(() -> ofAnEarlierRun(known, message))
          .ifPresentOrElse(gap -> fill(known, gap, message), () -> again(known, message));
    }
  }

  private void jump(Numbers known, NumberedMessage message) {
    miss(known, message, message.sequence() - 1);
    numbers = numbers().advanced(message);
  }

  private void again(Numbers known, NumberedMessage message) {
    if (isRestart(known, message)) {
      miss(known, message, Gap.UNKNOWN);
      numbers = numbers().restarted(message);
    } else {
      numbers = known.repeated(message);
    }
  }

  private boolean isRestart(Numbers known, NumberedMessage message) {
    Long latest = known.latestMillis();
    return message.readings() != null
        && message.receivedAtMillis() > known.newestReceivedMillis()
        && (latest == null || message.firstMillis() > latest)
        && (clocked || known.newest() - message.sequence() >= IN_FLIGHT);
  }

  private void miss(Numbers known, NumberedMessage after, long last) {
    put(
        new Gap(
            known.run(),
            known.newest() + 1,
            last,
            known.newestLastMillis(),
            after.firstMillis(),
            known.newestPatient(),
            after.patient(),
            null));
    if (gaps.size() > MAX_GAPS) {
      gaps.pollFirstEntry();
      numbers = known.withGapNotKept();
    }
  }

  private Optional<Gap> inThisRun(Numbers known, NumberedMessage message) {
    return Optional.ofNullable(gaps.floorEntry(new Place(known.run(), message.sequence())))
        .map(Map.Entry::getValue)
        .filter(gap -> gap.run() == known.run() && gap.contains(message.sequence()));
  }

  /**
   * The gap of an earlier run that a message fills which was measured before this run began. Where
   * an earlier run's end is not known, only the number next to the last that came can be its.
   */
  private Optional<Gap> ofAnEarlierRun(Numbers known, NumberedMessage message) {
    Long started = known.runStartedMillis();
    if (!clocked
        || message.readings() == null
        || started == null
        || message.lastMillis() >= started) {
      return Optional.empty();
    }
    return gaps.descendingMap().values().stream()
        .filter(gap -> gap.run() < known.run())
        .filter(
            gap ->
                gap.isRestart()
                    ? gap.first() == message.sequence()
                    : gap.contains(message.sequence()))
        .findFirst();
  }

  private void fill(Numbers known, Gap gap, NumberedMessage message) {
    gaps.remove(Place.of(gap));
    gapsChanged = true;
    boolean measured = message.readings() != null;
    if (message.sequence() > gap.first()) {
      put(
          new Gap(
              gap.run(),
              gap.first(),
              message.sequence() - 1,
              gap.fromMillis(),
              measured ? message.firstMillis() : gap.untilMillis(),
              gap.patientBefore(),
              message.patient(),
              gap.foundAt()));
    }
    if (message.sequence() < gap.last()) {
      put(
          new Gap(
              gap.run(),
              message.sequence() + 1,
              gap.last(),
              measured ? message.lastMillis() : gap.fromMillis(),
              gap.untilMillis(),
              message.patient(),
              gap.patientAfter(),
              gap.foundAt()));
    }
    numbers = known.withLate();
  }

  private void put(Gap gap) {
    gaps.put(Place.of(gap), gap);
    gapsChanged = true;
  }
}
