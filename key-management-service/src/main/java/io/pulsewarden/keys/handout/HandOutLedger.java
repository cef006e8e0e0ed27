package io.pulsewarden.keys.handout;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Who got keys, and that it was said; durable before anything leaves. */
interface HandOutLedger {

  /**
   * A process that holds keys.
   *
   * @param until when it must have forgotten the last of them
   */
  record Holder(UUID instance, String service, Instant until) {}

  /**
   * What is to be handed out, by subject key.
   *
   * @param all every one
   * @param sealing those that are the subject's current key as far as was known
   */
  record Leaving(Set<UUID> all, Set<UUID> sealing) {

    public Leaving {
      all = Set.copyOf(all);
      sealing = Set.copyOf(sealing);
    }
  }

  /**
   * In one transaction: finds out which of these keys are destroyed, and records the holder and the
   * events that follow. Completes when that can't be lost any more. No key is destroyed between the
   * look and the commit.
   *
   * <p>Fails with {@link SupersededKeysException}, and records nothing, if one that should seal
   * does not any more.
   *
   * @param events given those that are destroyed
   */
  CompletionStage<Void> record(
      Holder holder, Leaving leaving, Function<Set<UUID>, List<AuditEvent>> events);

  /** Nothing was handed out, and why. */
  CompletionStage<Void> refused(AuditEvent event);
}
