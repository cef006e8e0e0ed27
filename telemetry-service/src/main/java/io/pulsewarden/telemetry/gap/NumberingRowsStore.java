package io.pulsewarden.telemetry.gap;

import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Rows of the two tables as what they say. */
final class NumberingRowsStore {

  static final String NUMBERS =
      """
      source_id, organisation_id, run, newest, newest_last_ms, newest_received_ms,
      newest_patient_id, run_started_ms, latest_ms, received, late, gaps_not_kept\
      """;

  static final String GAPS =
      """
      source_id, organisation_id, run, first_sequence, last_sequence, from_ms, until_ms,
      patient_before, patient_after, found_at\
      """;

  private NumberingRowsStore() {}

  static Tuple columns(Collection<Sender> senders) {
    return Tuple.tuple()
        .addValue(senders.stream().map(Sender::source).toArray(UUID[]::new))
        .addValue(senders.stream().map(Sender::organisation).toArray(UUID[]::new));
  }

  static Sender sender(Row row) {
    return new Sender(row.getUUID("source_id"), row.getUUID("organisation_id"));
  }

  static Numbers numbers(Row row) {
    return new Numbers(
        row.getInteger("run"),
        row.getLong("newest"),
        row.getLong("newest_last_ms"),
        row.getLong("newest_received_ms"),
        row.getUUID("newest_patient_id"),
        row.getLong("run_started_ms"),
        row.getLong("latest_ms"),
        row.getLong("received"),
        row.getLong("late"),
        row.getLong("gaps_not_kept"));
  }

  static Gap gap(Row row) {
    Long last = row.getLong("last_sequence");
    return new Gap(
        row.getInteger("run"),
        row.getLong("first_sequence"),
        last == null ? Gap.UNKNOWN : last,
        row.getLong("from_ms"),
        row.getLong("until_ms"),
        row.getUUID("patient_before"),
        row.getUUID("patient_after"),
        row.getOffsetDateTime("found_at"));
  }

  static Map<Sender, List<Gap>> gaps(RowSet<Row> rows) {
    Map<Sender, List<Gap>> found = new HashMap<>();
    for (Row row : rows) {
      found.computeIfAbsent(sender(row), _ -> new ArrayList<>()).add(gap(row));
    }
    return found;
  }
}
