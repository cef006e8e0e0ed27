package io.pulsewarden.envelope;

import static io.pulsewarden.envelope.Fixtures.BATCH;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Not a sample: each bit of one envelope, and each bit of its context. */
class EveryBitTest {

  private static final byte[] TEXT = "pulse 72/min".getBytes(US_ASCII);

  @Test
  void shouldRejectEachChangedBitOfAnEnvelopeWithTheOneError() {
    try (BaseKey key = Fixtures.baseKey();
        EnvelopeSealer sealer = new EnvelopeSealer(key);
        EnvelopeOpener opener = new EnvelopeOpener(key)) {
      byte[] envelope = sealer.seal(BATCH, TEXT);
      assertThat(opener.open(BATCH, envelope)).isEqualTo(TEXT);
      for (int bit = 0; bit < envelope.length * Byte.SIZE; bit++) {
        byte[] changed = envelope.clone();
        changed[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
        assertRejected(opener, BATCH, changed);
      }
    }
  }

  @Test
  void shouldRejectEachChangedBitOfTheContextWithTheOneError() {
    try (BaseKey key = Fixtures.baseKey();
        EnvelopeSealer sealer = new EnvelopeSealer(key);
        EnvelopeOpener opener = new EnvelopeOpener(key)) {
      byte[] envelope = sealer.seal(BATCH, TEXT);
      List<EnvelopeContext> others = new ArrayList<>();
      for (int bit = 0; bit < Long.SIZE; bit++) {
        long flip = 1L << bit;
        others.add(context(flip(Fixtures.ORGANISATION, flip, 0), Fixtures.SUBJECT, 0, 0, 0));
        others.add(context(flip(Fixtures.ORGANISATION, 0, flip), Fixtures.SUBJECT, 0, 0, 0));
        others.add(context(Fixtures.ORGANISATION, flip(Fixtures.SUBJECT, flip, 0), 0, 0, 0));
        others.add(context(Fixtures.ORGANISATION, flip(Fixtures.SUBJECT, 0, flip), 0, 0, 0));
        others.add(context(Fixtures.ORGANISATION, Fixtures.SUBJECT, flip, 0, 0));
        if ((Fixtures.FIRST ^ flip) <= Fixtures.LAST) {
          others.add(context(Fixtures.ORGANISATION, Fixtures.SUBJECT, 0, flip, 0));
        }
        if ((Fixtures.LAST ^ flip) >= Fixtures.FIRST) {
          others.add(context(Fixtures.ORGANISATION, Fixtures.SUBJECT, 0, 0, flip));
        }
      }
      for (int bit = 0; bit < Integer.SIZE; bit++) {
        others.add(
            new EnvelopeContext(
                "vital-batch",
                Fixtures.ORGANISATION,
                Fixtures.SUBJECT,
                Fixtures.DEVICE,
                Fixtures.FIRST,
                Fixtures.LAST,
                1 ^ 1 << bit));
      }
      assertThat(others).hasSizeGreaterThan(5 * Long.SIZE + Integer.SIZE).doesNotContain(BATCH);
      for (EnvelopeContext other : others) {
        assertRejected(opener, other, envelope);
      }
    }
  }

  private static EnvelopeContext context(
      UUID organisation, UUID subject, long device, long first, long last) {
    return new EnvelopeContext(
        "vital-batch",
        organisation,
        subject,
        flip(Fixtures.DEVICE, device, 0),
        Fixtures.FIRST ^ first,
        Fixtures.LAST ^ last,
        1);
  }

  private static UUID flip(UUID id, long most, long least) {
    return new UUID(id.getMostSignificantBits() ^ most, id.getLeastSignificantBits() ^ least);
  }

  private static void assertRejected(
      EnvelopeOpener opener, EnvelopeContext context, byte[] envelope) {
    assertThatThrownBy(() -> opener.open(context, envelope))
        .isExactlyInstanceOf(EnvelopeRejectedException.class)
        .hasMessage("the envelope was rejected")
        .hasNoCause();
  }
}
