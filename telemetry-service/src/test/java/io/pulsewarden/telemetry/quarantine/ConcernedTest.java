package io.pulsewarden.telemetry.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.telemetry.v1.QuarantinedInput;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.quarantine.QuarantineReader.OpenedInput;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose a refused input can be. */
class ConcernedTest {

  private static final long NOW = 1_800_000_000_000L;
  private static final UUID ORGANISATION = UUID.randomUUID();
  private static final UUID ANNA = UUID.randomUUID();
  private static final UUID BERT = UUID.randomUUID();

  private final Concerned concerned = new Concerned();
  private final Device hub =
      TestDevices.active(
          UUID.randomUUID(),
          ORGANISATION,
          new Assignment(UUID.randomUUID(), 1, ANNA, 0, Long.MAX_VALUE));

  @Test
  void shouldTakeOneRecordForTheWearersOfThen() {
    assertThat(of(record("impossible-value", 1), hub)).containsExactly(ANNA);
  }

  /** A hub that Anna wears spoke for Bert's oximeter until just now. */
  @ParameterizedTest
  @ValueSource(strings = {"not-your-device", "foreign-topic"})
  void shouldNotTakeWhatIsOfAnotherForTheSendersWearers(String reason) {
    assertThat(of(record(reason, 1), hub)).isEmpty();
    assertThat(of(record(reason, 30), hub)).isEmpty();
    assertThat(of(record(reason, 1).clearRecordIndex().clearRecordCount(), hub)).isEmpty();
  }

  @Test
  void shouldNotTakeAGatewaysWholeMessageForItsWearers() {
    Device gateway =
        new Device(
            hub.id(),
            ORGANISATION,
            2,
            hub.lifecycle(),
            Set.of(),
            hub.assignments(),
            Set.of(UUID.randomUUID()));

    assertThat(of(whole(), gateway)).isEmpty();
    assertThat(of(whole(), hub)).containsExactlyInAnyOrder(ANNA, BERT);
    // What it measured itself is its wearer's.
    assertThat(of(record("impossible-value", 1), gateway)).containsExactly(ANNA);
  }

  @Test
  void shouldTakeSeveralRecordsAndWhatDoesNotSayHowManyForAllWhoWoreIt() {
    assertThat(of(record("impossible-value", 2), hub)).containsExactlyInAnyOrder(ANNA, BERT);
    assertThat(of(record("impossible-value", 1).clearRecordCount(), hub))
        .containsExactlyInAnyOrder(ANNA, BERT);
    assertThat(of(record("impossible-value", 2).clearWearerId(), hub)).isEmpty();
  }

  private Set<UUID> of(QuarantinedInput.Builder input, Device device) {
    return concerned.of(
        new OpenedInput(
            new QuarantinedMessage(
                0, 0, ORGANISATION, device.id(), NOW, 1, null, null, ByteString.EMPTY),
            input.getReason(),
            input.build()),
        Optional.of(device));
  }

  private static QuarantinedInput.Builder record(String reason, int count) {
    return whole()
        .setReason(reason)
        .setRecordIndex(0)
        .setRecordTimeMs(NOW - 1_000)
        .setRecordCount(count);
  }

  private static QuarantinedInput.Builder whole() {
    return QuarantinedInput.newBuilder()
        .setReason("not-senml")
        .addWearerId(ANNA.toString())
        .addWearerId(BERT.toString());
  }
}
