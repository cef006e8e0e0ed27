package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pulsewarden.telemetry.proof.DeviceProofs.Answer;
import io.pulsewarden.telemetry.proof.DeviceProofs.None;
import io.pulsewarden.telemetry.proof.DeviceProofs.NotYet;
import io.pulsewarden.telemetry.proof.DeviceProofs.Proven;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings a device the proof that it asked for with a message: one at a time. On the session's
 * thread, but for {@link #wanted}.
 */
final class ProofDelivery {

  /** The store is seconds behind, as a rule. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  /**
   * What the device asked for.
   *
   * @param publication without its payload, which may be large
   * @param receivedAtMillis by which the message is found again
   */
  record Wanted(Publication publication, long receivedAtMillis, long askedNanos) {}

  private final Peer peer;
  private final LongSupplier nanos;
  private volatile @Nullable Wanted wanted;

  /**
   * Of one session.
   *
   * @param nanos a clock that nobody sets, as {@link System#nanoTime}
   */
  ProofDelivery(Peer peer, LongSupplier nanos) {
    this.peer = peer;
    this.nanos = nanos;
  }

  /** What is to be looked for now; from any thread. */
  Optional<Wanted> wanted() {
    return Optional.ofNullable(wanted);
  }

  /** The device asks for one, of a message that it has got acknowledged. */
  void ask(Publication publication, long receivedAtMillis) {
    if (wanted == null) {
      wanted = new Wanted(publication.withoutPayload(), receivedAtMillis, nanos.getAsLong());
    } else {
      refuse(publication, "one-at-a-time");
    }
  }

  /** There is nothing to be proven of it. */
  void refuse(Publication publication, String reason) {
    peer.sendReceipt(
        publication, "{\"proof\":\"none\",\"reason\":\"%s\"}".formatted(reason).getBytes(UTF_8));
  }

  /** What was found of it. */
  void answered(Wanted of, Answer answer) {
    if (!of.equals(wanted)) {
      return;
    }
    switch (answer) {
      case Proven(byte[] json) -> {
        wanted = null;
        peer.sendReceipt(of.publication(), json);
      }
      case None(String reason) -> {
        wanted = null;
        refuse(of.publication(), reason);
      }
      case NotYet() -> {
        if (nanos.getAsLong() - of.askedNanos() > LONGEST_WAIT.toNanos()) {
          wanted = null;
          refuse(of.publication(), "not-in-time");
        }
      }
    }
  }
}
