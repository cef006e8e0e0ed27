package io.pulsewarden.telemetry.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.telemetry.gap.NumberedMessage;
import io.pulsewarden.telemetry.keys.KeysUnavailableException;
import io.pulsewarden.telemetry.keys.Opened;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.SealedItem;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.MessageReader.Message;
import io.pulsewarden.telemetry.vitals.MalformedBlockException;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * From a run of vitals messages to one batch: opens them, derives what has to be known of them, and
 * has it written, together with other partitions' batches. Thread-safe.
 *
 * <p>What can't be read is kept and passed by, and so is what a device holds that was given up;
 * what was erased is passed by; only keys or a database that can't be reached hold the partition
 * up.
 */
final class VitalsSink implements PartitionSink {

  private final ConsumerOffsetStore offsets;
  private final GatheredWrites batches;
  private final Sealing sealing;
  private final BatchDigester digester;
  private final MeterRegistry meters;

  VitalsSink(
      ConsumerOffsetStore offsets,
      GatheredWrites batches,
      Sealing sealing,
      BatchDigester digester,
      MeterRegistry meters) {
    this.offsets = offsets;
    this.batches = batches;
    this.sealing = sealing;
    this.digester = digester;
    this.meters = meters;
  }

  /** A block and what is in it. */
  record OpenBlock(StoredBlock block, VitalBlock content) {}

  @Override
  public Uni<Long> position(TopicPartition partition) {
    return offsets.position(partition);
  }

  @Override
  public Uni<Outcome> store(
      TopicPartition partition,
      long expectedOffset,
      List<ConsumerRecord<byte[], byte @Nullable []>> records) {
    List<Message.Sealed> sealed = new ArrayList<>();
    List<UnreadableMessage> unreadable = new ArrayList<>();
    for (ConsumerRecord<byte[], byte @Nullable []> record : records) {
      switch (MessageReader.read(record)) {
        case Message.Sealed message -> sealed.add(message);
        case Message.Unreadable(UnreadableMessage message) -> unreadable.add(message);
      }
    }
    List<NumberedMessage> numbered =
        sealed.stream().map(Message.Sealed::numbered).filter(Objects::nonNull).toList();
    long first = records.getFirst().offset();
    long last = records.getLast().offset();
    List<StoredBlock> putAside = new ArrayList<>();
    return Uni.createFrom()
        .completionStage(() -> sealing.openAll(sealed.stream().map(VitalsSink::item).toList()))
        .map(opened -> readable(sealed, opened, unreadable, putAside))
        .chain(blocks -> digester.digest(blocks))
        .chain(
            digest -> {
              BatchDigester.Digest found = digest;
              sealed.stream()
                  .filter(message -> found.givenUp().contains(message.block()))
                  .forEach(message -> giveUp(message, unreadable, putAside));
              return batches
                  .write(
                      new ReadyBatch(
                          found.batch(partition, expectedOffset, first, last, unreadable, putAside),
                          numbered))
                  .invoke(outcome -> count(outcome, found, unreadable));
            });
  }

  /** Not stored, and kept byte for byte: if the key comes back after all, so can these. */
  private static void giveUp(
      Message.Sealed message, List<UnreadableMessage> unreadable, List<StoredBlock> putAside) {
    unreadable.add(message.unreadable(UnreadableMessage.UNUSABLE_KEY));
    putAside.add(message.block());
  }

  private static SealedItem item(Message.Sealed message) {
    StoredBlock block = message.block();
    return new SealedItem(
        block.context(),
        block.heldByDevice() ? Purpose.HOLD : Purpose.VITALS,
        block.envelope().toByteArray());
  }

  private List<OpenBlock> readable(
      List<Message.Sealed> sealed,
      List<Opened> opened,
      List<UnreadableMessage> unreadable,
      List<StoredBlock> putAside) {
    if (sealed.size() != opened.size()) {
      throw new KeysUnavailableException("fewer answers than envelopes", null);
    }
    List<OpenBlock> readable = new ArrayList<>();
    for (int i = 0; i < sealed.size(); i++) {
      Message.Sealed message = sealed.get(i);
      switch (opened.get(i)) {
        case Opened.Plaintext(byte[] bytes) -> decode(message, bytes, readable, unreadable);
        case Opened.Erased() -> meters.counter("pulsewarden.store.erased").increment();
        case Opened.Rejected() when sealing.isGivenUp(item(message)) ->
            giveUp(message, unreadable, putAside);
        case Opened.Rejected() -> unreadable.add(message.unreadable("rejected-envelope"));
      }
    }
    return readable;
  }

  private static void decode(
      Message.Sealed message,
      byte[] plaintext,
      List<OpenBlock> readable,
      List<UnreadableMessage> unreadable) {
    try {
      VitalBlock content = VitalBlock.decode(plaintext);
      StoredBlock block = message.block();
      if (content.schemaVersion() != block.schemaVersion()
          || (content.worn().isPresent() && !content.worn().equals(block.worn()))) {
        unreadable.add(message.unreadable("other-assignment"));
        return;
      }
      readable.add(new OpenBlock(block, content));
    } catch (MalformedBlockException malformed) {
      unreadable.add(message.unreadable("malformed-block"));
    }
  }

  /** What was stored, once; not what was, and whose answer was lost. */
  private void count(
      Outcome outcome, BatchDigester.Digest digest, List<UnreadableMessage> unreadable) {
    if (!(outcome instanceof Outcome.Stored)) {
      return;
    }
    meters.counter("pulsewarden.store.blocks").increment(digest.blocks().size());
    meters.counter("pulsewarden.store.records").increment((double) digest.recordCount());
    for (UnreadableMessage message : unreadable) {
      meters.counter("pulsewarden.store.unreadable", "reason", message.reason()).increment();
    }
  }
}
