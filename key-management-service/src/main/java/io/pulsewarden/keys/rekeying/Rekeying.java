package io.pulsewarden.keys.rekeying;

import io.pulsewarden.keys.access.Caller;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekProvider.ToWrap;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKeyState;
import io.pulsewarden.keys.subject.SubjectKind;
import io.pulsewarden.keys.subject.WrapContext;
import io.pulsewarden.secret.SecretBytes;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Gives subjects their next key. The one before opens what it sealed, for ever; nothing is sealed
 * anew, and what is permanent stays with the first. Blocks. Thread-safe.
 */
final class Rekeying {

  /** As many as are wrapped in one request. */
  static final int LIMIT = 1000;

  private static final int KEY_LENGTH = 32;

  private final SecureRandom random = new SecureRandom();
  private final NextKeys keys;
  private final KekProvider keks;
  private final Consumer<Collection<KekName>> require;
  private final Consumer<Collection<UUID>> forget;
  private final Clock clock;

  /**
   * @param require fails where one of these KEKs is lost, and would be begun anew
   * @param forget zeroes what is in memory of keys that do not seal any more
   */
  Rekeying(
      NextKeys keys,
      KekProvider keks,
      Consumer<Collection<KekName>> require,
      Consumer<Collection<UUID>> forget,
      Clock clock) {
    this.keys = keys;
    this.keks = keks;
    this.require = require;
    this.forget = forget;
    this.clock = clock;
  }

  /** The newest key of each subject that has any, after each that sealed got a successor. */
  Map<Subject, KeyRow> rotate(Collection<Subject> subjects, Caller by) {
    Set<Subject> wanted = new HashSet<>(subjects);
    List<KeyRow> sealing =
        newest(wanted).values().stream()
            .filter(row -> row.state() == SubjectKeyState.ACTIVE)
            .toList();
    // A crash up to here made keys that are stored nowhere.
    List<Successor> replaced =
        keys.replace(successors(sealing), by, clock.instant().truncatedTo(ChronoUnit.MICROS));
    // A crash from here on leaves them rotated, and this process's memory is gone with it.
    forget.accept(replaced.stream().map(one -> one.before().id()).toList());
    return newest(wanted);
  }

  /** Rotates those whose key was made before that, at most {@value #LIMIT} of them. */
  Map<Subject, KeyRow> rotateOlderThan(SubjectKind kind, Instant createdBefore, Caller by) {
    return rotate(keys.olderThan(by.organisation(), kind, createdBefore, LIMIT), by);
  }

  /** All keys of a subject, newest first. */
  List<KeyRow> of(Subject subject) {
    return keys.ofSubjects(Set.of(subject));
  }

  private Map<Subject, KeyRow> newest(Set<Subject> subjects) {
    Map<Subject, KeyRow> newest = new HashMap<>();
    keys.ofSubjects(subjects).forEach(row -> newest.putIfAbsent(row.subject(), row));
    return newest;
  }

  private List<Successor> successors(List<KeyRow> sealing) {
    if (!sealing.isEmpty()) {
      require.accept(
          sealing.stream().map(row -> WrapContext.kek(row.subject())).collect(Collectors.toSet()));
    }
    List<UUID> ids = sealing.stream().map(_ -> UUID.randomUUID()).toList();
    List<ToWrap> toWrap = new ArrayList<>();
    try {
      for (int i = 0; i < sealing.size(); i++) {
        KeyRow before = sealing.get(i);
        toWrap.add(
            new ToWrap(
                WrapContext.kek(before.subject()),
                freshKey(),
                WrapContext.associated(before.subject(), ids.get(i), before.version() + 1)));
      }
      List<Wrapped> wrapped =
          toWrap.isEmpty() ? List.of() : keks.wrap(toWrap).toCompletableFuture().join();
      List<Successor> successors = new ArrayList<>();
      for (int i = 0; i < wrapped.size(); i++) {
        successors.add(new Successor(sealing.get(i), ids.get(i), wrapped.get(i)));
      }
      return successors;
    } finally {
      toWrap.forEach(each -> each.key().close());
    }
  }

  private SecretBytes freshKey() {
    byte[] key = new byte[KEY_LENGTH];
    random.nextBytes(key);
    return SecretBytes.owning(key);
  }
}
