package io.pulsewarden.telemetry.store;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * All that is written of one partition in a transaction of the vitals store.
 *
 * @param expectedOffset what consumer_offset must still say
 * @param firstOffset of the range; larger than expected only if Kafka has lost what was between
 * @param merkleRoot docs/formats/stored-range.md
 * @param leaves below that root
 * @param event VITALS_STORED, for the outbox
 * @param givenUp READINGS_GIVEN_UP for each device of which something is put aside, for the outbox
 */
record StoredBatch(
    String topic,
    int partition,
    long expectedOffset,
    long firstOffset,
    long lastOffset,
    List<StoredBlock> blocks,
    List<UnreadableMessage> unreadable,
    List<SeriesRow> series,
    ByteString merkleRoot,
    long recordCount,
    RangeLeaves leaves,
    AuditEvent event,
    List<AuditEvent> givenUp) {

  StoredBatch {
    blocks = List.copyOf(blocks);
    unreadable = List.copyOf(unreadable);
    series = List.copyOf(series);
    givenUp = List.copyOf(givenUp);
  }

  /** For the outbox, in this order. */
  List<AuditEvent> events() {
    return Stream.concat(Stream.of(event), givenUp.stream()).toList();
  }

  /** What an Observation id of this series leads to. */
  record SeriesRow(SeriesId id, UUID organisation, UUID patient, UUID device, UUID source) {}
}
