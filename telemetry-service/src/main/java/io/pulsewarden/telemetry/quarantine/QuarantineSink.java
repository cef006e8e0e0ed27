package io.pulsewarden.telemetry.quarantine;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewarden.contracts.telemetry.v1.SealedQuarantine;
import io.pulsewarden.telemetry.gap.NumberedMessage;
import io.pulsewarden.telemetry.store.ConsumerOffsetStore;
import io.pulsewarden.telemetry.store.PartitionSink;
import io.pulsewarden.telemetry.store.UnreadableMessage;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * From the quarantine topic to its table. Nothing is opened on the way, so that no key is needed to
 * keep what was refused. Thread-safe.
 */
final class QuarantineSink implements PartitionSink {

  /** What is no code is not counted as one: the sealed one is what is shown. */
  private static final Pattern REASON = Pattern.compile("[a-z0-9-]{1,64}");

  private final ConsumerOffsetStore offsets;
  private final QuarantineStore store;

  QuarantineSink(ConsumerOffsetStore offsets, QuarantineStore store) {
    this.offsets = offsets;
    this.store = store;
  }

  @Override
  public Uni<Long> position(TopicPartition partition) {
    return offsets.position(partition);
  }

  @Override
  public Uni<Outcome> store(
      TopicPartition partition,
      long expectedOffset,
      List<ConsumerRecord<byte[], byte @Nullable []>> records) {
    List<QuarantinedMessage> messages = new ArrayList<>();
    List<UnreadableMessage> unreadable = new ArrayList<>();
    List<NumberedMessage> numbered = new ArrayList<>();
    for (ConsumerRecord<byte[], byte @Nullable []> record : records) {
      read(record, messages, unreadable, numbered);
    }
    long next = records.getLast().offset() + 1;
    return store.write(partition, expectedOffset, next, messages, unreadable, numbered);
  }

  private static void read(
      ConsumerRecord<byte[], byte @Nullable []> record,
      List<QuarantinedMessage> messages,
      List<UnreadableMessage> unreadable,
      List<NumberedMessage> numbered) {
    byte[] value = record.value();
    ByteString bytes = value == null ? ByteString.EMPTY : ByteString.copyFrom(value);
    try {
      SealedQuarantine sealed = SealedQuarantine.parseFrom(bytes);
      QuarantinedMessage message = message(record, sealed);
      if (sealed.hasSequence()) {
        numbered.add(numbered(message, sealed));
      }
      if (!sealed.getEnvelope().isEmpty() || !sealed.hasSequence()) {
        messages.add(message);
      }
    } catch (InvalidProtocolBufferException notOurs) {
      unreadable.add(new UnreadableMessage(record.offset(), "not-protobuf", bytes));
    } catch (IllegalArgumentException impossible) {
      unreadable.add(new UnreadableMessage(record.offset(), "impossible-field", bytes));
    }
  }

  private static NumberedMessage numbered(QuarantinedMessage message, SealedQuarantine sealed) {
    return new NumberedMessage(
        message.organisation(),
        UUID.fromString(sealed.getSourceId()),
        sealed.getSequence(),
        message.receivedAtMillis(),
        null,
        null);
  }

  private static QuarantinedMessage message(
      ConsumerRecord<byte[], byte @Nullable []> record, SealedQuarantine sealed) {
    return new QuarantinedMessage(
        record.partition(),
        record.offset(),
        UUID.fromString(sealed.getOrganisationId()),
        UUID.fromString(sealed.getDeviceId()),
        sealed.getReceivedAtMs(),
        sealed.getSchemaVersion(),
        REASON.matcher(sealed.getReason()).matches() ? sealed.getReason() : null,
        sealed.hasFirstTimeMs() && sealed.hasLastTimeMs()
            ? new QuarantinedMessage.Measured(sealed.getFirstTimeMs(), sealed.getLastTimeMs())
            : null,
        sealed.getEnvelope());
  }
}
