package io.pulsewarden.telemetry.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.devicefeed.Lifecycle;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.presence.Subscriptions;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.receipt.Receipt.Rejection;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a session says to its device, and when. */
class DeviceSessionTest {

  private final SessionBed bed = new SessionBed();

  @Test
  void shouldAcknowledgeInOrderAndOnlyWhatIsStored() {
    bed.publish(1);
    bed.publish(2);
    bed.publish(3);

    bed.intake.get(2).complete(SessionBed.GOOD);
    bed.intake.get(1).complete(SessionBed.GOOD);
    assertThat(bed.said).isEmpty();

    bed.intake.get(0).complete(SessionBed.GOOD);
    assertThat(bed.said)
        .containsExactly(
            "PUBACK 1 TAKEN ",
            "receipt 1",
            "PUBACK 2 TAKEN ",
            "receipt 2",
            "PUBACK 3 TAKEN ",
            "receipt 3");
    assertThat(bed.budget.used()).isZero();
  }

  @Test
  void shouldNeverAcknowledgeWhatMayNotBeStored() {
    bed.publish(1);
    bed.publish(2);

    bed.intake.get(0).completeExceptionally(new IllegalStateException("delivery timeout"));
    bed.intake.get(1).complete(SessionBed.GOOD);

    assertThat(bed.said).containsExactly("DISCONNECT STORE_UNAVAILABLE");
    assertThat(bed.closed).containsExactly(CloseReason.STORE_UNAVAILABLE);
    assertThat(bed.budget.used()).isZero();
  }

  @Test
  void shouldSayWhyWhatIsInQuarantineWasNotTaken() {
    bed.publish(1);
    bed.publish(2);
    bed.publish(3);

    bed.intake.get(0).complete(SessionBed.rejected(1, RejectionReason.WRONG_UNIT));
    bed.intake.get(1).complete(SessionBed.rejected(0, RejectionReason.NOT_JSON));
    bed.intake.get(2).complete(SessionBed.rejected(0, RejectionReason.FOREIGN_TOPIC));

    assertThat(bed.said)
        .contains(
            "PUBACK 1 NOTHING_TAKEN wrong-unit",
            "PUBACK 2 PAYLOAD_FORMAT_INVALID not-json",
            "PUBACK 3 NOT_AUTHORIZED foreign-topic");
  }

  @Test
  void shouldNotTakeAnythingOfADeviceThatWasCutOff() {
    TestDevices.put(
        bed.directory, TestDevices.inState(SessionBed.ID, SessionBed.ORGANISATION, Lifecycle.LOST));

    bed.publish(1);

    assertThat(bed.said).containsExactly("DISCONNECT REVOKED");
    assertThat(bed.intake).isEmpty();
  }

  @Test
  void shouldNotAcknowledgeWhatWasInFlightWhenTheDeviceWasCutOff() {
    bed.publish(1);
    TestDevices.put(
        bed.directory, TestDevices.inState(SessionBed.ID, SessionBed.ORGANISATION, Lifecycle.LOST));

    // Nobody has told the session yet: that it asks itself is what counts.
    bed.intake.get(0).complete(SessionBed.GOOD);

    assertThat(bed.said).containsExactly("DISCONNECT REVOKED");
    assertThat(bed.budget.used()).isZero();
  }

  @Test
  void shouldSayNotAuthorizedWhereAllIsOfDevicesThatItMayNotSpeakFor() {
    bed.publish(1);
    bed.publish(2);

    bed.intake.get(0).complete(SessionBed.rejected(1, RejectionReason.NOT_YOUR_DEVICE));
    bed.intake
        .get(1)
        .complete(
            new Receipt(
                0,
                2,
                0,
                0,
                List.of(
                    new Rejection(0, RejectionReason.NOT_YOUR_DEVICE),
                    new Rejection(1, RejectionReason.WRONG_UNIT))));

    assertThat(bed.said)
        .contains(
            "PUBACK 1 NOT_AUTHORIZED not-your-device",
            "PUBACK 2 NOTHING_TAKEN not-your-device, wrong-unit");
  }

  @Test
  void shouldRefuseQos2AndRetain() {
    bed.session.onPublish(SessionBed.publication(1, 2, false, 1));
    bed.session().onPublish(SessionBed.publication(1, 1, true, 1));

    assertThat(bed.said)
        .containsExactly("DISCONNECT QOS_NOT_SUPPORTED", "DISCONNECT RETAIN_NOT_SUPPORTED");
  }

  @Test
  void shouldTellADeviceThatLeavesFromOneThatIsLost() {
    bed.session.onGoodbye();
    bed.session.onClosed();

    assertThat(bed.closed).containsExactly(CloseReason.DEVICE_LEFT);
  }

  @Test
  void shouldBringTheConfigurationWhenTheDeviceListensAndEachNewerOneOnceItHasThat() {
    bed.configure(1, 7);
    bed.session.recheck();
    assertThat(bed.said).isEmpty();

    bed.session.onSubscribed(new Subscriptions(null, 1, null), true);
    bed.configure(2, 8);
    bed.session.recheck();
    bed.configure(3, 9);
    bed.session.recheck();
    assertThat(bed.said).containsExactly("config {\"version\":7,\"samplingIntervalSeconds\":5}");

    bed.session.onConfigurationAnswered(true);
    assertThat(bed.configured).containsExactly(7L);
    assertThat(bed.said).hasSize(2).last().asString().contains("\"version\":9");
    bed.session.onConfigurationAnswered(true);
    assertThat(bed.configured).containsExactly(7L, 9L);
  }

  @Test
  void shouldNotTakeARefusedConfigurationForAcknowledged() {
    bed.configure(1, 7);
    bed.session.onSubscribed(new Subscriptions(null, 1, null), true);

    bed.session.onConfigurationAnswered(false);
    bed.session.onConfigurationAnswered(true);

    assertThat(bed.configured).isEmpty();
    assertThat(bed.said).hasSize(1);
  }

  @Test
  void shouldBringTheConfigurationAgainToADeviceThatSubscribesAgain() {
    bed.configure(1, 7);
    bed.session.onSubscribed(new Subscriptions(null, 1, null), true);
    bed.session.onConfigurationAnswered(true);
    bed.session.onSubscribed(Subscriptions.NONE, false);
    bed.session.onSubscribed(new Subscriptions(null, 1, null), true);

    assertThat(bed.said).hasSize(2);
  }

  @Test
  void shouldBeSilentAfterItsEnd() {
    bed.publish(1);
    bed.session.onClosed();
    bed.session.close(CloseReason.REVOKED);
    bed.intake.get(0).complete(SessionBed.GOOD);
    bed.publish(2);

    assertThat(bed.said).isEmpty();
    assertThat(bed.closed).containsExactly(CloseReason.CONNECTION_LOST);
    assertThat(bed.budget.used()).isZero();
  }
}
