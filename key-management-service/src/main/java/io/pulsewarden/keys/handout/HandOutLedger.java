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
   * In one transaction: finds out which of these keys are destroyed, and records the holder and the
   * events that follow. Completes when that can't be lost any more. No key is destroyed between the
   * look and the commit.
   *
   * @param subjectKeyIds what is to be handed out
   * @param events given those that are destroyed
   */
  CompletionStage<Void> record(
      Holder holder, Set<UUID> subjectKeyIds, Function<Set<UUID>, List<AuditEvent>> events);

  /** Nothing was handed out, and why. */
  CompletionStage<Void> refused(AuditEvent event);
}
