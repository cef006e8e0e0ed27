package io.pulsewarden.telemetry.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewarden.contracts.telemetry.v1.SealedVitals;
import io.pulsewarden.contracts.telemetry.v1.SubjectKind;
import io.pulsewarden.telemetry.gap.NumberedMessage;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Reads a message of telemetry.vitals.v1 as far as it stands in clear. */
final class MessageReader {

  /** What a message is, before anything is opened. */
  sealed interface Message {
    /**
     * A block.
     *
     * @param numbered that the message has come, if its sender numbers them
     */
    record Sealed(StoredBlock block, ByteString value, @Nullable NumberedMessage numbered)
        implements Message {
      UnreadableMessage unreadable(String reason) {
        return new UnreadableMessage(block.offset(), reason, value);
      }
    }

    record Unreadable(UnreadableMessage message) implements Message {}
  }

  private MessageReader() {}

  static Message read(ConsumerRecord<byte[], byte @Nullable []> record) {
    byte[] value = record.value();
    if (value == null) {
      return unreadable(record.offset(), "no-value", ByteString.EMPTY);
    }
    ByteString bytes = ByteString.copyFrom(value);
    try {
      SealedVitals vitals = SealedVitals.parseFrom(bytes);
      if (!VitalBlock.isSchemaVersion(vitals.getSchemaVersion())) {
        return unreadable(record.offset(), "unknown-schema-version", bytes);
      }
      StoredBlock block = block(record.partition(), record.offset(), vitals);
      return new Message.Sealed(block, bytes, numbered(vitals, block));
    } catch (InvalidProtocolBufferException notOurs) {
      return unreadable(record.offset(), "not-protobuf", bytes);
    } catch (IllegalArgumentException impossible) {
      return unreadable(record.offset(), "impossible-field", bytes);
    }
  }

  private static Message.Unreadable unreadable(long offset, String reason, ByteString value) {
    return new Message.Unreadable(new UnreadableMessage(offset, reason, value));
  }

  private static @Nullable NumberedMessage numbered(SealedVitals vitals, StoredBlock block) {
    return vitals.hasSequence()
        ? new NumberedMessage(
            block.organisation(),
            block.source(),
            vitals.getSequence(),
            block.receivedAtMillis(),
            new NumberedMessage.Span(block.firstTimeMillis(), block.lastTimeMillis()),
            block.heldByDevice() ? null : block.subject())
        : null;
  }

  private static StoredBlock block(int partition, long offset, SealedVitals vitals) {
    return new StoredBlock(
        partition,
        offset,
        UUID.fromString(vitals.getOrganisationId()),
        heldByDevice(vitals.getSubjectKind()),
        UUID.fromString(vitals.getSubjectId()),
        UUID.fromString(vitals.getSourceId()),
        UUID.fromString(vitals.getDeviceId()),
        vitals.getFirstTimeMs(),
        vitals.getLastTimeMs(),
        vitals.getSchemaVersion(),
        vitals.getAssignmentId().isEmpty() ? null : UUID.fromString(vitals.getAssignmentId()),
        vitals.getAssignmentVersion(),
        vitals.getReceivedAtMs(),
        vitals.getDeviceVersion(),
        Set.of(),
        vitals.getEnvelope());
  }

  private static boolean heldByDevice(SubjectKind kind) {
    return switch (kind) {
      case SUBJECT_KIND_PATIENT -> false;
      case SUBJECT_KIND_HELD_BY_DEVICE -> true;
      case SUBJECT_KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("no such kind of subject");
    };
  }
}
