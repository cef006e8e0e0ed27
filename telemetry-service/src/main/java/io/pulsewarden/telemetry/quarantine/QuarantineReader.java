package io.pulsewarden.telemetry.quarantine;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewarden.contracts.telemetry.v1.QuarantinedInput;
import io.pulsewarden.telemetry.keys.Opened;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.SealedItem;
import io.pulsewarden.telemetry.keys.Sealing;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens refused inputs, and shows of each what the caller may see. Thread-safe. */
final class QuarantineReader {

  private final Sealing sealing;

  QuarantineReader(Sealing sealing) {
    this.sealing = sealing;
  }

  /** A refused input. Unreadable ones say so in their reason. */
  record OpenedInput(QuarantinedMessage message, String reason, @Nullable QuarantinedInput input) {

    @Override
    public String toString() {
      return "OpenedInput[" + reason + "]";
    }
  }

  /** May complete on any thread. */
  Uni<List<OpenedInput>> open(List<QuarantinedMessage> messages) {
    List<SealedItem> items =
        messages.stream()
            .map(
                message ->
                    new SealedItem(
                        message.context(), Purpose.QUARANTINE, message.envelope().toByteArray()))
            .toList();
    return Uni.createFrom()
        .completionStage(() -> sealing.openNow(items))
        .map(
            opened -> {
              List<OpenedInput> readable = new ArrayList<>(messages.size());
              for (int i = 0; i < messages.size(); i++) {
                readable.add(read(messages.get(i), opened.get(i)));
              }
              return readable;
            });
  }

  private static OpenedInput read(QuarantinedMessage message, Opened opened) {
    return switch (opened) {
      case Opened.Plaintext(byte[] bytes) -> parse(message, bytes);
      case Opened.Erased() -> new OpenedInput(message, "erased", null);
      case Opened.Rejected() -> new OpenedInput(message, "unreadable", null);
    };
  }

  private static OpenedInput parse(QuarantinedMessage message, byte[] bytes) {
    try {
      QuarantinedInput input = QuarantinedInput.parseFrom(bytes);
      return new OpenedInput(message, input.getReason(), input);
    } catch (InvalidProtocolBufferException otherSchema) {
      return new OpenedInput(message, "unreadable", null);
    }
  }

  /** By which an input is named: the place of the message that holds it. */
  static String idOf(QuarantinedMessage message) {
    return message.partition() + "." + message.offset();
  }

  /**
   * @param whole whether the caller may see what the device sent, and of what it is
   */
  static QuarantineView.Item item(OpenedInput readable, boolean whole) {
    QuarantinedMessage message = readable.message();
    QuarantinedInput input = readable.input();
    return new QuarantineView.Item(
        idOf(message),
        message.device(),
        Instant.ofEpochMilli(message.receivedAtMillis()),
        readable.reason(),
        input != null && input.hasRecordIndex() ? input.getRecordIndex() : null,
        input != null && input.hasRecordTimeMs()
            ? Instant.ofEpochMilli(input.getRecordTimeMs())
            : null,
        input != null && whole ? input.getCode() : null,
        input != null && whole ? input.getDetail() : null,
        input != null && whole && input.getPayload().isValidUtf8()
            ? input.getPayload().toStringUtf8()
            : null,
        input != null && whole && !input.getPayload().isValidUtf8()
            ? Base64.getEncoder().encodeToString(input.getPayload().toByteArray())
            : null);
  }
}
