package io.pulsewarden.telemetry.keys;

import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.envelope.EnvelopeHeader;
import io.pulsewarden.envelope.EnvelopeOpener;
import io.pulsewarden.envelope.EnvelopeRejectedException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Seals and opens envelopes with base keys. Thread-safe. Stages fail with {@link
 * KeysUnavailableException} when keys can't be had now or key management denies them; the latter is
 * a fault of its configuration, not of the data.
 */
public final class Sealing {

  private static final System.Logger LOG = System.getLogger(Sealing.class.getName());

  private final BaseKeys keys;
  private final Sealers sealers;
  private final GivenUpDevices givenUp;

  public Sealing(BaseKeys keys, Sealers sealers) {
    this(keys, sealers, GivenUpDevices.NONE);
  }

  /**
   * The same.
   *
   * @param givenUp for whose keys nobody waits
   */
  public Sealing(BaseKeys keys, Sealers sealers, GivenUpDevices givenUp) {
    this.keys = keys;
    this.sealers = sealers;
    this.givenUp = givenUp;
  }

  /**
   * The envelope of {@code plaintext} under the subject's key of now. The plaintext must not change
   * until the stage completes.
   *
   * <p>The stage fails with {@link SubjectErasedException} if the subject was erased.
   */
  public CompletionStage<byte[]> seal(
      KeySubject subject, Purpose purpose, EnvelopeContext context, byte[] plaintext) {
    long mark = sealers.mark();
    return keys.current(subject, purpose)
        .thenApply(
            answer ->
                switch (answer) {
                  case KeyAnswer.Available(BaseKey key) -> {
                    try (key) {
                      yield sealers.seal(key, purpose, context, plaintext, mark);
                    }
                  }
                  case KeyAnswer.Erased() -> throw new SubjectErasedException();
                  case KeyAnswer.Unknown() ->
                      throw new KeysUnavailableException("key management made no key", null);
                  case KeyAnswer.Unusable() ->
                      throw new KeysUnavailableException("the subject's key does not open", null);
                  case KeyAnswer.Denied() -> throw denied();
                });
  }

  /** What one envelope says; waits for an unusable key as {@link #openAll} does. */
  public CompletionStage<Opened> open(EnvelopeContext context, Purpose purpose, byte[] envelope) {
    return openAll(List.of(new SealedItem(context, purpose, envelope))).thenApply(List::getFirst);
  }

  /**
   * What each envelope says, in order; their keys are asked for together, each once.
   *
   * <p>A key that is there and does not open makes all of it fail with {@link
   * KeysUnavailableException}: that passes, or is mended, and whoever took such an envelope for a
   * damaged one would put acknowledged readings aside for good. What a device holds that was given
   * up is {@link Opened.Rejected} then: see {@link #isGivenUp}.
   */
  public CompletionStage<List<Opened>> openAll(List<SealedItem> items) {
    return openAll(items, true);
  }

  /** Whether nobody waits for the key of such an item: held by a device that was given up. */
  public boolean isGivenUp(SealedItem item) {
    return item.purpose() == Purpose.HOLD && givenUp.has(item.context().subject());
  }

  /** As {@link #openAll}, for who shows what opens now: under an unusable key nothing does. */
  public CompletionStage<List<Opened>> openNow(List<SealedItem> items) {
    return openAll(items, false);
  }

  private CompletionStage<List<Opened>> openAll(List<SealedItem> items, boolean waiting) {
    List<KeyRequest> needed =
        items.stream().map(Sealing::keyOf).flatMap(Optional::stream).distinct().toList();
    return keys.all(needed)
        .thenApply(
            answers -> {
              // One opener for each key: envelopes of one salt share what is derived for it.
              Map<KeyRequest, EnvelopeOpener> openers = new HashMap<>();
              try {
                Map<KeyRequest, KeyAnswer> byRequest = new HashMap<>();
                for (int i = 0; i < needed.size(); i++) {
                  byRequest.put(needed.get(i), answers.get(i));
                }
                if (waiting && answers.stream().anyMatch(KeyAnswer.Unusable.class::isInstance)) {
                  requireAllUsable(items, byRequest);
                }
                return items.stream().map(item -> open(item, byRequest, openers)).toList();
              } finally {
                openers.values().forEach(EnvelopeOpener::close);
                answers.forEach(Sealing::close);
              }
            });
  }

  private void requireAllUsable(List<SealedItem> items, Map<KeyRequest, KeyAnswer> answers) {
    for (SealedItem item : items) {
      KeyRequest request = keyOf(item).orElse(null);
      KeyAnswer answer = request == null ? null : answers.get(request);
      if (answer instanceof KeyAnswer.Unusable && !isGivenUp(item)) {
        // Whoever has to give it up, or to erase it, must know whose it is.
        LOG.log(
            System.Logger.Level.WARNING,
            "a subject''s key does not open now: subject={0}, purpose={1}",
            item.context().subject(),
            item.purpose());
        throw new KeysUnavailableException("a subject's key does not open now", null);
      }
    }
  }

  private static Opened open(
      SealedItem item,
      Map<KeyRequest, KeyAnswer> answers,
      Map<KeyRequest, EnvelopeOpener> openers) {
    KeyRequest request = keyOf(item).orElse(null);
    KeyAnswer answer = request == null ? null : answers.get(request);
    if (request == null || answer == null) {
      return new Opened.Rejected();
    }
    return switch (answer) {
      case KeyAnswer.Available(BaseKey key) ->
          open(item, openers.computeIfAbsent(request, _ -> new EnvelopeOpener(key)));
      case KeyAnswer.Erased() -> new Opened.Erased();
      case KeyAnswer.Unknown(), KeyAnswer.Unusable() -> new Opened.Rejected();
      case KeyAnswer.Denied() -> throw denied();
    };
  }

  private static Opened open(SealedItem item, EnvelopeOpener opener) {
    try {
      return new Opened.Plaintext(opener.open(item.context(), item.envelope()));
    } catch (EnvelopeRejectedException changed) {
      return new Opened.Rejected();
    }
  }

  /** Nothing where the bytes have no header that we know. */
  private static Optional<KeyRequest> keyOf(SealedItem item) {
    try {
      EnvelopeHeader header = EnvelopeHeader.read(item.envelope());
      return Optional.of(
          new KeyRequest.ById(header.subjectKeyId(), item.purpose(), header.epoch()));
    } catch (EnvelopeRejectedException unreadable) {
      return Optional.empty();
    }
  }

  private static void close(KeyAnswer answer) {
    if (answer instanceof KeyAnswer.Available(BaseKey key)) {
      key.close();
    }
  }

  private static KeysUnavailableException denied() {
    return new KeysUnavailableException("key management denies this service the key", null);
  }
}
