package io.pulsewarden.telemetry.intake;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.intake.Preparation.Prepared;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Takes refused input through the intake's own steps once more, by what is known and accepted now.
 * Nothing of it is durable: whoever asks writes the rows. Thread-safe.
 */
@Singleton
public final class Replays {

  private final DeviceDirectory directory;
  private final Preparation preparation;

  Replays(DeviceDirectory directory, Sealing sealing) {
    this.directory = directory;
    this.preparation =
        new Preparation(new MessageDecoder(directory), new MessageSealer(sealing::seal, directory));
  }

  /**
   * Input that stands in quarantine.
   *
   * @param topic where it was published
   * @param payload not changed
   * @param receivedAtMillis when it was received first: how old it may be counts from then
   * @param wearers who wore the device as was known then; none if nobody can tell
   * @param numbered whether the message had a number
   * @param skewed whether the device's clock was wrong when it sent this
   */
  @SuppressWarnings("ArrayRecordComponent") // A carrier to be taken apart; nobody compares two.
  public record Input(
      UUID organisation,
      UUID device,
      String topic,
      byte[] payload,
      long receivedAtMillis,
      Set<UUID> wearers,
      boolean numbered,
      boolean skewed) {

    public Input {
      wearers = Set.copyOf(wearers);
    }

    /** Who sent it: whose topic it is, unless that is not the sender's own. */
    UUID sender() {
      Optional<BridgedTopic> bridged = BridgedTopic.of(topic);
      if (bridged.isPresent()) {
        return bridged.get().gateway();
      }
      String[] parts = topic.split("/", -1);
      if (parts.length == 3) {
        try {
          return UUID.fromString(parts[1]);
        } catch (IllegalArgumentException noDevice) {
          return device;
        }
      }
      return device;
    }

    @Override
    public String toString() {
      return "Input[" + payload.length + " bytes]";
    }
  }

  /** The stage fails with KeysUnavailableException if keys can't be had now. */
  public CompletionStage<Replayed> replay(Input input) {
    Optional<Device> sender =
        directory
            .find(input.sender())
            .filter(device -> device.organisation().equals(input.organisation()));
    if (sender.isEmpty()) {
      return CompletableFuture.completedFuture(new Replayed.NoSender());
    }
    IncomingMessage message = message(sender.get(), input);
    DecodedMessage decoded = preparation.decode(message);
    if (decoded.batches().isEmpty() || isStillTooMuch(decoded)) {
      return CompletableFuture.completedFuture(
          new Replayed.Refused(decoded.quarantine().getFirst().reason()));
    }
    // It stands in quarantine already, and nothing is kept of what would go there again.
    return preparation.seal(message, decoded, Preparation.Limits.NONE).thenApply(Replays::taken);
  }

  /** It would be kept whole once more, and again with each replay. */
  private static boolean isStillTooMuch(DecodedMessage decoded) {
    return decoded.quarantine().stream()
        .anyMatch(input -> input.reason() == RejectionReason.TOO_MUCH_REFUSED);
  }

  private static Replayed taken(Prepared prepared) {
    Receipt receipt = prepared.receipt();
    return receipt.rejected().stream()
        .map(Receipt.Rejection::reason)
        .filter(RejectionReason.UNREADABLE_HERE::equals)
        .findFirst()
        .<Replayed>map(Replayed.Refused::new)
        .orElseGet(
            () ->
                new Replayed.Taken(
                    prepared.records().stream().map(Replays::row).toList(), receipt));
  }

  // Whose topic it is sent it: what was refused for another's topic is not replayed at all.
  private static IncomingMessage message(Device sender, Input input) {
    Optional<UUID> measuring = BridgedTopic.of(input.topic()).map(BridgedTopic::device);
    return new IncomingMessage(
        sender,
        input.topic(),
        measuring.isPresent() || input.topic().equals("devices/" + sender.id() + "/vitals"),
        input.payload(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        input.receivedAtMillis(),
        measuring,
        Optional.of(
            new IncomingMessage.FirstTime(
                input.device(), input.wearers(), input.numbered(), input.skewed())));
  }

  private static OutboxRow row(OutgoingRecord record) {
    return OutboxRow.record(
        record.topic(),
        ByteString.copyFromUtf8(record.key()),
        UnsafeByteOperations.unsafeWrap(record.value()));
  }
}
