package io.pulsewarden.audit.siem;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A published log, and one cursor, in memory. */
final class MemoryTail implements LogTail {

  private final List<TailEntry> entries = new ArrayList<>();
  private long cursor;
  private int advancesToRefuse;

  static MemoryTail of(int count) {
    MemoryTail tail = new MemoryTail();
    IntStream.range(0, count).forEach(i -> tail.add(read(i)));
    return tail;
  }

  static AuditRecord read(int number) {
    return AuditRecord.newBuilder()
        .setService("telemetry-service")
        .setSequence(number)
        .setEvent(
            AuditEvent.newBuilder()
                .setOccurredAtMs(1_764_000_000_000L + number)
                .setAction(AuditAction.AUDIT_ACTION_OBSERVATION_READ)
                .setOutcome(AuditOutcome.AUDIT_OUTCOME_SUCCESS)
                .setAgent(AuditEvents.user("nurse", List.of("clinician")))
                .addPatientId("patient-" + number))
        .build();
  }

  synchronized void add(AuditRecord entry) {
    entries.add(new TailEntry(entries.size(), entry.toByteString()));
  }

  synchronized void addMore(int count) {
    int size = entries.size();
    IntStream.range(size, size + count).forEach(i -> add(read(i)));
  }

  /** What a lost answer, or another instance, looks like. */
  synchronized void refuseAdvances(int count) {
    advancesToRefuse = count;
  }

  synchronized long cursor() {
    return cursor;
  }

  @Override
  public synchronized List<TailEntry> read(long from, int limit) {
    return List.copyOf(entries.subList((int) from, (int) Math.min(entries.size(), from + limit)));
  }

  @Override
  public synchronized long published() {
    return entries.size();
  }

  @Override
  public synchronized long cursor(String destination) {
    return cursor;
  }

  @Override
  public synchronized boolean advance(String destination, long from, long to) {
    if (cursor != from || advancesToRefuse-- > 0) {
      return false;
    }
    cursor = to;
    return true;
  }
}
