package io.pulsewarden.audit.log;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a test finds of its own events in a log that others write to. */
final class LoggedEvents {

  private static final int AT_ONCE = 1000;

  private LoggedEvents() {}

  /** Ids of events that begin so, in the log's order. */
  static List<String> ids(LogStore store, String beginning) {
    List<String> ids = new ArrayList<>();
    long size = store.head().size();
    for (long from = 0; from < size; from += AT_ONCE) {
      store.leaves(from, AT_ONCE).stream()
          .map(LeafReader::read)
          .flatMap(Optional::stream)
          .map(AuditRecord::getEvent)
          .map(AuditEvent::getEventId)
          .filter(id -> id.startsWith(beginning))
          .forEach(ids::add);
    }
    return ids;
  }
}
