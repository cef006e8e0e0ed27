package io.pulsewarden.audit.siem;

import static org.awaitility.Awaitility.await;

import io.pulsewarden.audit.log.LogStore;
import io.vertx.mutiny.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a destination gets of a log in a database, for tests of other packages. */
public final class StreamedLog {

  private StreamedLog() {}

  /** An event's index, and its JSON. */
  public record Event(long index, String json) {}

  /** What one gets that has all before an index, until it has all that is published. */
  public static List<Event> from(Pool pool, LogStore log, long cursor) {
    SiemCursorStore store = new SiemCursorStore(pool, log);
    List<Event> received = Collections.synchronizedList(new ArrayList<>());
    String destination = StreamBed.DESTINATION;
    store.begin(destination, SiemConfiguration.Start.BEGINNING);
    long before = store.cursor(destination);
    if (!store.advance(destination, before, cursor)) {
      throw new AssertionError("somebody else streams");
    }
    try (StreamBed bed = new StreamBed(store, () -> recording(received))) {
      await().atMost(StreamBed.SOON).until(() -> store.cursor(destination) == store.published());
      if (bed.failures() > 0) {
        throw new AssertionError("the stream began anew");
      }
    }
    return List.copyOf(received);
  }

  /** One read from an index on. */
  public static int read(Pool pool, LogStore log, long from) {
    return new SiemCursorStore(pool, log).read(from, 256).size();
  }

  private static Receiver recording(List<Event> received) {
    return new Receiver() {
      @Override
      public void send(List<OcsfEvent> events) {
        events.forEach(event -> received.add(new Event(event.index(), event.json())));
      }

      @Override
      public void confirm() {}

      @Override
      public Duration confirmAfter() {
        return Duration.ZERO;
      }

      @Override
      public void close() {}
    };
  }
}
