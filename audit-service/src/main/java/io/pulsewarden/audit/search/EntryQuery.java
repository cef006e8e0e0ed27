package io.pulsewarden.audit.search;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an auditor looks for; null where it does not matter.
 *
 * @param organisation whose entries may be seen
 * @param from the first moment that counts
 * @param to the first that does not any more
 * @param before only leaves with smaller indexes: what a checkpoint covers, or the page before
 */
record EntryQuery(
    UUID organisation,
    @Nullable String patient,
    @Nullable String actor,
    @Nullable AuditAction action,
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable StoredOffset stored,
    long before,
    int limit) {

  /** Asks which entry says that this offset of a partition is durable. */
  record StoredOffset(String topic, long partition, long offset) {}
}
