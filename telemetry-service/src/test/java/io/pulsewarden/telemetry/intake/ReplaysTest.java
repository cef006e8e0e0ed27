package io.pulsewarden.telemetry.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.contracts.telemetry.v1.QuarantinedInput;
import io.pulsewarden.contracts.telemetry.v1.SealedQuarantine;
import io.pulsewarden.contracts.telemetry.v1.SealedVitals;
import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.Opened;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.Sealers;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Refused input that is taken through the intake again, long after. */
class ReplaysTest {

  private static final long RECEIVED = 1_800_000_000_000L;
  private static final UUID ORGANISATION = UUID.randomUUID();
  private static final UUID DEVICE = UUID.randomUUID();
  private static final UUID GATEWAY = UUID.randomUUID();
  private static final UUID ANNA = UUID.randomUUID();
  private static final UUID BERT = UUID.randomUUID();

  private final Sealers sealers = new Sealers(4);
  private final Sealing sealing = new Sealing(new InMemoryBaseKeys(Clock.systemUTC()), sealers);
  private final DeviceDirectory directory = new DeviceDirectory();
  private final Replays replays = new Replays(directory, sealing);

  @AfterEach
  void close() {
    sealers.close();
  }

  @Test
  void shouldNotForgetWhoWoreTheDeviceWhereTheFeedDoes() throws Exception {
    // Anna wore it until three days before: the feed told so when it came, and now no more.
    TestDevices.put(
        directory,
        TestDevices.active(
            DEVICE,
            ORGANISATION,
            new Assignment(UUID.randomUUID(), 1, BERT, RECEIVED - 3_600_000, Long.MAX_VALUE)));

    assertThat(wearersOf(replayed(DEVICE, DEVICE, Set.of(ANNA, BERT))))
        .containsExactlyInAnyOrder(ANNA, BERT);
    assertThat(wearersOf(replayed(DEVICE, DEVICE, Set.of(ANNA))))
        .as("an assignment was corrected")
        .containsExactlyInAnyOrder(ANNA, BERT);
    assertThat(wearersOf(replayed(DEVICE, DEVICE, Set.of())))
        .as("nobody could tell, and nobody can now")
        .isEmpty();
  }

  @Test
  void shouldNotTellOfADeviceWhatWasKnownOfItsGateway() throws Exception {
    TestDevices.put(
        directory,
        TestDevices.active(
            DEVICE,
            ORGANISATION,
            new Assignment(UUID.randomUUID(), 1, BERT, RECEIVED - 3_600_000, Long.MAX_VALUE)));
    TestDevices.put(directory, TestDevices.gateway(GATEWAY, ORGANISATION, Set.of(DEVICE)));

    assertThat(wearersOf(replayed(GATEWAY, GATEWAY, Set.of(ANNA)))).isEmpty();
  }

  @Test
  void shouldTakeAClocklessDevicesTimeOfAMessageThatHadANumberAndCountItNoMore() throws Exception {
    TestDevices.put(directory, TestDevices.clockless(DEVICE, ORGANISATION));

    assertThat(relative(false, false)).isEqualTo(new Replayed.Refused(RejectionReason.NO_CLOCK));
    SealedVitals taken = vitals((Replayed.Taken) relative(true, false));

    assertThat(taken.getFirstTimeMs()).isEqualTo(RECEIVED - 30_000);
    assertThat(taken.hasSequence()).isFalse();
  }

  @Test
  void shouldNotForgetThatTheDevicesClockWasWrong() throws Exception {
    TestDevices.put(directory, TestDevices.clockless(DEVICE, ORGANISATION));

    assertThat(block(vitals((Replayed.Taken) relative(true, true))).skewed()).isTrue();
    assertThat(block(vitals((Replayed.Taken) relative(true, false))).skewed()).isFalse();
  }

  @Test
  void shouldKeepBothOfWhatIsRefusedOnceMore() throws Exception {
    TestDevices.put(directory, TestDevices.active(DEVICE, ORGANISATION));

    for (boolean flag : List.of(true, false)) {
      QuarantinedInput again = refusedIn(replayed(DEVICE, DEVICE, Set.of(), flag));
      assertThat(again.getNumbered()).isEqualTo(flag);
      assertThat(again.getSkewed()).isEqualTo(flag);
    }
  }

  /** Half a minute before it was sent. */
  private Replayed relative(boolean numbered, boolean skewed) {
    return replays
        .replay(
            new Replays.Input(
                ORGANISATION,
                DEVICE,
                "devices/" + DEVICE + "/vitals",
                "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":62,\"t\":-30}]".getBytes(UTF_8),
                RECEIVED,
                Set.of(),
                numbered,
                skewed))
        .toCompletableFuture()
        .join();
  }

  private static SealedVitals vitals(Replayed.Taken taken) throws Exception {
    assertThat(taken.rows()).hasSize(1);
    return SealedVitals.parseFrom(taken.rows().getFirst().value());
  }

  private VitalBlock block(SealedVitals sealed) throws Exception {
    EnvelopeContext context =
        new EnvelopeContext(
            "vital-batch",
            ORGANISATION,
            DEVICE,
            DEVICE,
            sealed.getFirstTimeMs(),
            sealed.getLastTimeMs(),
            sealed.getSchemaVersion());
    Opened opened =
        sealing
            .open(context, Purpose.HOLD, sealed.getEnvelope().toByteArray())
            .toCompletableFuture()
            .join();
    return VitalBlock.decode(((Opened.Plaintext) opened).bytes());
  }

  private Replayed.Taken replayed(UUID device, UUID sender, Set<UUID> wearers) {
    return replayed(device, sender, wearers, false);
  }

  private Replayed.Taken replayed(UUID device, UUID sender, Set<UUID> wearers, boolean flags) {
    String records =
        IntStream.range(0, 30)
            .mapToObj(
                i ->
                    "{\"n\":\"%s\",\"u\":\"/min\",\"v\":62,\"t\":%d}"
                        .formatted(i == 0 ? "8867-4" : "1-1", RECEIVED / 1_000 - i))
            .collect(joining(","));
    String base = "[{\"bn\":\"urn:uuid:" + DEVICE + ":\"," + records.substring(1) + "]";
    Replayed replayed =
        replays
            .replay(
                new Replays.Input(
                    ORGANISATION,
                    device,
                    "devices/" + sender + "/vitals",
                    base.getBytes(UTF_8),
                    RECEIVED,
                    wearers,
                    flags,
                    flags))
            .toCompletableFuture()
            .join();
    assertThat(replayed).isInstanceOf(Replayed.Taken.class);
    return (Replayed.Taken) replayed;
  }

  private List<UUID> wearersOf(Replayed.Taken taken) throws Exception {
    return refusedIn(taken).getWearerIdList().stream().map(UUID::fromString).toList();
  }

  private QuarantinedInput refusedIn(Replayed.Taken taken) throws Exception {
    SealedQuarantine sealed =
        SealedQuarantine.parseFrom(
            taken.rows().stream()
                .filter(row -> row.topic().equals(OutgoingRecord.QUARANTINE))
                .findFirst()
                .orElseThrow()
                .value());
    assertThat(sealed.getDeviceId()).isEqualTo(DEVICE.toString());
    EnvelopeContext context =
        new EnvelopeContext("quarantine", ORGANISATION, DEVICE, DEVICE, RECEIVED, RECEIVED, 1);
    Opened opened =
        sealing
            .open(context, Purpose.QUARANTINE, sealed.getEnvelope().toByteArray())
            .toCompletableFuture()
            .join();
    return QuarantinedInput.parseFrom(((Opened.Plaintext) opened).bytes());
  }
}
