package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.proof.DeviceProofs.None;
import io.pulsewarden.telemetry.proof.DeviceProofs.NotYet;
import io.pulsewarden.telemetry.proof.DeviceProofs.Proven;
import io.pulsewarden.telemetry.session.ProofDelivery.Wanted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** One proof at a time, and an answer to each that is asked for. */
class ProofDeliveryTest {

  private final AtomicLong nanos = new AtomicLong();
  private final List<String> sent = new ArrayList<>();
  private final ProofDelivery delivery = new ProofDelivery(new Listener(), nanos::get);

  @Test
  void shouldBringOneAfterTheOther() {
    delivery.ask(SessionBed.publication(1, 1, false, 100), 5);
    Wanted first = delivery.wanted().orElseThrow();
    delivery.ask(SessionBed.publication(2, 1, false, 100), 6);

    assertThat(sent).containsExactly("2 {\"proof\":\"none\",\"reason\":\"one-at-a-time\"}");
    assertThat(first.receivedAtMillis()).isEqualTo(5);
    assertThat(first.publication().payload()).isEmpty();
    delivery.answered(first, new Proven("{}".getBytes(UTF_8)));
    assertThat(sent.getLast()).isEqualTo("1 {}");
    assertThat(delivery.wanted()).isEmpty();
    // What a look found of what was answered meanwhile is of no use.
    delivery.ask(SessionBed.publication(3, 1, false, 100), 7);
    delivery.answered(first, new None("held"));
    assertThat(sent).hasSize(2);
    assertThat(delivery.wanted()).isPresent();
  }

  @Test
  void shouldSayThatThereIsNoneInTime() {
    delivery.ask(SessionBed.publication(1, 1, false, 100), 5);
    Wanted wanted = delivery.wanted().orElseThrow();

    nanos.set(Duration.ofSeconds(60).toNanos());
    delivery.answered(wanted, new NotYet());
    assertThat(sent).isEmpty();
    nanos.incrementAndGet();
    delivery.answered(wanted, new NotYet());

    assertThat(sent).containsExactly("1 {\"proof\":\"none\",\"reason\":\"not-in-time\"}");
    assertThat(delivery.wanted()).isEmpty();
  }

  @Test
  void shouldSayWhyThereIsNone() {
    delivery.ask(SessionBed.publication(1, 1, false, 100), 5);

    delivery.answered(delivery.wanted().orElseThrow(), new None("held"));

    assertThat(sent).containsExactly("1 {\"proof\":\"none\",\"reason\":\"held\"}");
    assertThat(delivery.wanted()).isEmpty();
  }

  private final class Listener implements Peer {

    @Override
    public void sendReceipt(Publication publication, byte[] json) {
      sent.add(publication.packetId() + " " + new String(json, UTF_8));
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void acknowledge(int packetId, Acknowledgement acknowledgement, String reasons) {}

    @Override
    public boolean listensToReceipts() {
      return true;
    }

    @Override
    public boolean sendConfiguration(byte[] json) {
      return false;
    }

    @Override
    public void sendNotice(byte[] json) {}

    @Override
    public void disconnect(CloseReason reason) {}
  }
}
