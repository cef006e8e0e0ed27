package io.pulsewarden.telemetry.delivery;

import io.pulsewarden.telemetry.presence.LastSession;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.store.StoredRangeStore;
import io.pulsewarden.telemetry.store.VitalBlockStore.Committed;
import io.pulsewarden.telemetry.store.VitalsStoreConsumer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** A message's way, and the session it may have come by, as they are shown. */
final class MessageView {

  private MessageView() {}

  static DeliveryView.Message of(
      Committed committed, Optional<List<String>> ids, Optional<StoredRangeStore.Range> range) {
    StoredBlock block = committed.block();
    return new DeliveryView.Message(
        Instant.ofEpochMilli(block.receivedAtMillis()),
        VitalsStoreConsumer.TOPIC,
        block.partition(),
        block.offset(),
        committed.committedAt(),
        block.heldByDevice(),
        ids.orElse(null),
        range.map(MessageView::of).orElse(null));
  }

  private static DeliveryView.Range of(StoredRangeStore.Range range) {
    return new DeliveryView.Range(
        range.firstOffset(),
        range.lastOffset(),
        HexFormat.of().formatHex(range.merkleRoot().toByteArray()),
        range.recordCount(),
        range.event());
  }

  static DeliveryView.Lag lag(Committed committed) {
    StoredBlock block = committed.block();
    return new DeliveryView.Lag(
        block.receivedAtMillis() - block.lastTimeMillis(),
        committed.committedAt().toInstant().toEpochMilli() - block.receivedAtMillis());
  }

  static DeliveryView.Session of(LastSession session) {
    return new DeliveryView.Session(
        session.connectedAt(), session.disconnectedAt(), session.endReason());
  }
}
