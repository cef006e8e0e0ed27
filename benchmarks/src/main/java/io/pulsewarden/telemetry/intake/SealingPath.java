package io.pulsewarden.telemetry.intake;

import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.envelope.EnvelopeSealer;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.Lifecycle;
import io.pulsewarden.telemetry.keys.BaseKeys;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.Sealers;
import io.pulsewarden.telemetry.keys.Sealing;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * One device's messages from payload to the record for Kafka, as the endpoint's event loop has them
 * made. In the service's package, because what it measures is nobody else's to call. One thread at
 * a time.
 */
public final class SealingPath {

  private static final int SEALERS = 1_000;

  private final Device device;
  private final String topic;
  private final MessageDecoder decoder = new MessageDecoder(new DeviceDirectory());
  private final MessageSealer sealer;

  /**
   * A device that is worn.
   *
   * @param keys to seal with; none leaves everything but the encryption as it is
   */
  public SealingPath(UUID device, Optional<BaseKeys> keys) {
    this.device =
        new Device(
            device,
            new UUID(1, 1),
            1,
            Lifecycle.ACTIVE,
            Set.of(),
            List.of(
                new Assignment(
                    new UUID(3, 3), 1, new UUID(4, device.hashCode()), 0, Long.MAX_VALUE)),
            Set.of());
    this.topic = "devices/" + device + "/vitals";
    this.sealer = new MessageSealer(keys.map(SealingPath::sealing).orElse(SealingPath::copied));
  }

  private static MessageSealer.Seal sealing(BaseKeys keys) {
    return new Sealing(keys, new Sealers(SEALERS))::seal;
  }

  private static CompletableFuture<byte[]> copied(
      KeySubject subject, Purpose purpose, EnvelopeContext context, byte[] plaintext) {
    return CompletableFuture.completedFuture(
        Arrays.copyOf(plaintext, EnvelopeSealer.sealedLength(plaintext.length)));
  }

  /** Bytes of the records that a message becomes. */
  public int message(byte[] payload, long receivedAtMillis) {
    IncomingMessage message =
        new IncomingMessage(
            device,
            topic,
            true,
            payload,
            Optional.of("application/senml+json"),
            Optional.empty(),
            OptionalLong.empty(),
            receivedAtMillis);
    int bytes = 0;
    for (OutgoingRecord record :
        sealer.seal(message, decoder.decode(message)).toCompletableFuture().join().records()) {
      bytes += record.value().length;
    }
    return bytes;
  }
}
