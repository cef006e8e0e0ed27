package io.pulsewarden.keys.handout;

import io.pulsewarden.keys.subject.SubjectKey;
import io.pulsewarden.keys.subject.SubjectKeys;
import io.pulsewarden.keys.subject.WantedKey;
import io.pulsewarden.mtls.SpiffeId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests for base keys. No key leaves before its audit event is durable, and with it
 * which instance has keys until when; in that same transaction the keys are known not to be
 * destroyed. Thread-safe. Stages fail when database or KEKs can't be used.
 */
final class HandOut {

  /** How often a request begins anew because its keys were rotated under its hands. */
  private static final int ATTEMPTS = 3;

  private final SubjectKeys keys;
  private final PurposeGrants grants;
  private final HandOutRecords records;
  private final HandOutLedger ledger;
  private final Duration lifetime;
  private final Clock clock;

  HandOut(
      SubjectKeys keys,
      PurposeGrants grants,
      HandOutRecords records,
      HandOutLedger ledger,
      Duration lifetime,
      Clock clock) {
    this.keys = keys;
    this.grants = grants;
    this.records = records;
    this.ledger = ledger;
    this.lifetime = lifetime;
    this.clock = clock;
  }

  /**
   * An answer for each, in order; the receiver closes the keys.
   *
   * @param instance the process that asks; it tells by that name what it has evicted
   */
  CompletionStage<List<HandedOut>> handOut(SpiffeId caller, UUID instance, List<KeyAsk> asks) {
    return handOut(caller, instance, asks, ATTEMPTS);
  }

  private CompletionStage<List<HandedOut>> handOut(
      SpiffeId caller, UUID instance, List<KeyAsk> asks, int attempts) {
    return answered(caller, asks)
        .thenCompose(answers -> recorded(caller, instance, asks, answers, attempts > 1))
        .exceptionallyCompose(
            failure -> {
              if (cause(failure) instanceof SupersededKeysException rotated) {
                keys.forget(rotated.subjectKeyIds());
                return handOut(caller, instance, asks, attempts - 1);
              }
              return CompletableFuture.failedFuture(failure);
            });
  }

  private CompletionStage<List<HandedOut>> answered(SpiffeId caller, List<KeyAsk> asks) {
    Set<WantedKey> subjects = new HashSet<>();
    Set<UUID> ids = new HashSet<>();
    for (KeyAsk ask : asks) {
      if (allowed(caller, ask)) {
        switch (ask) {
          case KeyAsk.OfSubject of -> subjects.add(of.wanted());
          case KeyAsk.ById by -> ids.add(by.subjectKeyId());
        }
      }
    }
    return keys.current(subjects, caller.toString())
        .thenCompose(
            bySubject ->
                keys.byIds(ids)
                    .thenApply(byId -> answers(caller, asks, bySubject, byId))
                    .whenComplete((_, _) -> close(bySubject.values())));
  }

  /**
   * @param current whether what is to seal must be the subject's newest key; if not, an older one
   *     will do, which opens for ever as well
   */
  private CompletionStage<List<HandedOut>> recorded(
      SpiffeId caller, UUID instance, List<KeyAsk> asks, List<HandedOut> answers, boolean current) {
    Set<UUID> ids = new HashSet<>();
    Set<UUID> sealing = new HashSet<>();
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i) instanceof HandedOut.Key key) {
        ids.add(key.subjectKeyId());
        if (current && asks.get(i) instanceof KeyAsk.OfSubject of && !of.wanted().permanent()) {
          sealing.add(key.subjectKeyId());
        }
      }
    }
    // Counted from now, which is after the keys' own times: nobody keeps one longer.
    HandOutLedger.Holder holder =
        new HandOutLedger.Holder(instance, caller.service(), clock.instant().plus(lifetime));
    List<HandedOut> checked = new ArrayList<>(answers);
    return ledger
        .record(
            holder,
            new HandOutLedger.Leaving(ids, sealing),
            destroyed -> {
              withoutDestroyed(checked, destroyed);
              keys.forget(destroyed);
              return records.of(caller.toString(), asks, checked);
            })
        .whenComplete((_, failure) -> closeUnlessAudited(answers, failure))
        .thenApply(_ -> List.copyOf(checked));
  }

  /** What was destroyed while it was on its way out, here or by another instance. */
  private static void withoutDestroyed(List<HandedOut> answers, Set<UUID> destroyed) {
    answers.replaceAll(
        answer -> {
          if (answer instanceof HandedOut.Key key && destroyed.contains(key.subjectKeyId())) {
            key.key().close();
            return new HandedOut.Erased();
          }
          return answer;
        });
  }

  /** Records that a peer without a name of ours asked. */
  CompletionStage<Void> refused(String reasonCode) {
    return ledger.refused(records.refused(reasonCode));
  }

  private List<HandedOut> answers(
      SpiffeId caller,
      List<KeyAsk> asks,
      Map<WantedKey, SubjectKey> bySubject,
      Map<UUID, SubjectKey> byId) {
    List<HandedOut> answers = new ArrayList<>(asks.size());
    try {
      for (KeyAsk ask : asks) {
        answers.add(
            allowed(caller, ask)
                ? answer(
                    ask,
                    switch (ask) {
                      case KeyAsk.OfSubject of -> bySubject.get(of.wanted());
                      case KeyAsk.ById by -> byId.get(by.subjectKeyId());
                    })
                : new HandedOut.Denied());
      }
      return List.copyOf(answers);
    } catch (RuntimeException broken) {
      HandedOutKeys.close(answers);
      throw broken;
    } finally {
      close(byId.values());
    }
  }

  private HandedOut answer(KeyAsk ask, @Nullable SubjectKey key) {
    return switch (key) {
      case SubjectKey.Live live ->
          new HandedOut.Key(
              live.id(),
              live.organisation(),
              ask.epoch(),
              BaseKeyDerivation.derive(live.bytes(), ask.purpose(), ask.epoch()),
              clock.instant().plus(lifetime));
      case SubjectKey.Erased _ -> new HandedOut.Erased();
      case SubjectKey.Unusable _ -> new HandedOut.Unusable();
      case SubjectKey.Unknown _ -> new HandedOut.Unknown();
      case null -> new HandedOut.Unknown();
    };
  }

  /** Nobody collects keys for the future; a day of grace lets the next epoch be fetched ahead. */
  private boolean allowed(SpiffeId caller, KeyAsk ask) {
    Instant tomorrow = clock.instant().plus(Duration.ofDays(1));
    return grants.allows(caller, ask.purpose())
        && ask.epoch() <= Math.floorDiv(tomorrow.getEpochSecond(), Duration.ofDays(1).toSeconds());
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  private static void close(Collection<SubjectKey> keys) {
    for (SubjectKey key : keys) {
      if (key instanceof SubjectKey.Live live) {
        live.bytes().close();
      }
    }
  }

  private static void closeUnlessAudited(List<HandedOut> answers, @Nullable Throwable failure) {
    if (failure != null) {
      HandedOutKeys.close(answers);
    }
  }
}
