package io.pulsewarden.audit.search;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.StoredRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the index has of a leaf: the one place that says so, for those who add to the index and for
 * those who check it. Null where the leaf does not say.
 *
 * @param patients without doubles
 * @param entities without doubles
 */
public record EntryRow(
    long leafIndex,
    String service,
    ByteString incarnation,
    long sequence,
    boolean showsCertificate,
    @Nullable Long occurredAtMs,
    @Nullable Integer action,
    @Nullable Integer outcome,
    @Nullable String organisationId,
    @Nullable String agentId,
    @Nullable Stored stored,
    List<String> patients,
    List<EntityKey> entities) {

  public EntryRow {
    patients = List.copyOf(patients);
    entities = List.copyOf(entities);
  }

  /** Offsets that the entry says are durable. */
  public record Stored(String topic, long partition, long first, long last) {}

  /** A thing that the entry is about. */
  public record EntityKey(String type, String id) {}

  /** The row of an entry. */
  public static EntryRow of(IndexedEntry entry) {
    AuditEvent event = entry.record().hasEvent() ? entry.record().getEvent() : null;
    return new EntryRow(
        entry.leafIndex(),
        IndexedEntry.indexable(entry.record().getService()),
        entry.record().getIncarnation(),
        entry.record().getSequence(),
        entry.showsCertificate(),
        event == null ? null : event.getOccurredAtMs(),
        event == null ? null : event.getActionValue(),
        event == null ? null : event.getOutcomeValue(),
        event == null ? null : orNull(event.getOrganisationId()),
        event == null ? null : orNull(event.getAgent().getId()),
        event == null || !event.hasStoredRange() ? null : stored(event.getStoredRange()),
        event == null
            ? List.of()
            : event.getPatientIdList().stream().map(IndexedEntry::indexable).distinct().toList(),
        event == null ? List.of() : entities(event));
  }

  private static List<EntityKey> entities(AuditEvent event) {
    return event.getEntityList().stream()
        .filter(entity -> !entity.getId().isEmpty())
        .map(
            entity ->
                new EntityKey(
                    IndexedEntry.indexable(entity.getType()),
                    IndexedEntry.indexable(entity.getId())))
        .distinct()
        .toList();
  }

  private static Stored stored(StoredRange range) {
    return new Stored(
        IndexedEntry.indexable(range.getTopic()),
        range.getPartition(),
        range.getFirstOffset(),
        range.getLastOffset());
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : IndexedEntry.indexable(text);
  }
}
