package io.pulsewarden.auditclient;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps events in memory: for tests of what a service records. Thread-safe. */
public final class RecordingAuditTrail implements AuditTrail {

  private final List<AuditEvent> events = new CopyOnWriteArrayList<>();
  private volatile boolean available = true;

  @Override
  public CompletionStage<Void> record(AuditEvent event) {
    if (!available) {
      return CompletableFuture.failedFuture(
          new AuditUnavailableException("made unavailable", new IllegalStateException("a test")));
    }
    events.add(event);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public boolean healthy() {
    return available;
  }

  /** From now on, whether events are taken or refused as if Kafka were away. */
  public void setAvailable(boolean available) {
    this.available = available;
  }

  /** What was recorded so far, in order. */
  public List<AuditEvent> events() {
    return List.copyOf(events);
  }

  /** Forgets what was recorded. */
  public void clear() {
    events.clear();
  }
}
