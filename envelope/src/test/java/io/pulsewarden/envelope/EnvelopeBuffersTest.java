package io.pulsewarden.envelope;

import static io.pulsewarden.envelope.Fixtures.BATCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sealing and opening into buffers of the caller, and an opener that is used again. */
class EnvelopeBuffersTest {

  private static final byte[] TEXT = "pulse 72/min".getBytes(StandardCharsets.US_ASCII);

  private final BaseKey key = Fixtures.baseKey();
  private final EnvelopeSealer sealer = new EnvelopeSealer(key);
  private final EnvelopeOpener opener = new EnvelopeOpener(key);

  @AfterEach
  void close() {
    opener.close();
    sealer.close();
    key.close();
  }

  @Test
  void shouldSealAndOpenInTheMiddleOfTheCallersArraysAndTouchNothingElse() {
    byte[] in = Arrays.copyOf(TEXT, TEXT.length + 5);
    System.arraycopy(TEXT, 0, in, 5, TEXT.length);
    byte[] out = filled(EnvelopeSealer.sealedLength(TEXT.length) + 7);

    int sealed = sealer.seal(BATCH, in, 5, TEXT.length, out, 3);

    assertThat(sealed).isEqualTo(98 + TEXT.length);
    assertThat(Arrays.copyOf(out, 3)).containsOnly(0x55);
    assertThat(Arrays.copyOfRange(out, 3 + sealed, out.length)).containsOnly(0x55);
    byte[] opened = filled(TEXT.length + 2);
    assertThat(opener.open(BATCH, out, 3, sealed, opened, 1)).isEqualTo(TEXT.length);
    assertThat(Arrays.copyOfRange(opened, 1, 1 + TEXT.length)).isEqualTo(TEXT);
    assertThat(new byte[] {opened[0], opened[opened.length - 1]}).containsOnly(0x55);
  }

  @Test
  void shouldLeaveNothingOfThePlaintextWhereItDoesNotOpen() {
    for (int length : new int[] {1, 16, 17, 512, 1024, 5000}) {
      byte[] text = filled(length);
      byte[] envelope = sealer.seal(BATCH, text);
      envelope[envelope.length - 1] ^= 1;
      byte[] opened = new byte[length];
      assertThatThrownBy(() -> opener.open(BATCH, envelope, 0, envelope.length, opened, 0))
          .isExactlyInstanceOf(EnvelopeRejectedException.class);
      assertThat(opened).containsOnly(0);
    }
  }

  @Test
  void shouldRefuseRangesOutsideTheArraysBeforeANonceIsTaken() {
    byte[] in = new byte[10];
    byte[] room = new byte[108];
    assertThatThrownBy(() -> sealer.seal(BATCH, in, 1, 10, room, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> sealer.seal(BATCH, in, 0, 10, room, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> sealer.seal(BATCH, room, 0, 10, room, 0))
        .isInstanceOf(IllegalArgumentException.class);
    sealer.seal(BATCH, in, 0, 10, room, 0);
    assertThat(Arrays.copyOfRange(room, 38, 50)).containsOnly(0);
    assertThatThrownBy(() -> opener.open(BATCH, room, 1, 108, new byte[10], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> opener.open(BATCH, room, 0, 108, new byte[10], 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> opener.open(BATCH, room, 0, 108, room, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldOpenEnvelopesOfMoreSaltsThanItKeepsInAnyOrder() {
    List<byte[]> envelopes = new ArrayList<>();
    for (int life = 0; life < 40; life++) {
      try (EnvelopeSealer other = new EnvelopeSealer(key)) {
        envelopes.add(other.seal(BATCH, new byte[] {(byte) life}));
      }
    }
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < envelopes.size(); i++) {
        int life = (i * 7 + round) % envelopes.size();
        assertThat(opener.open(BATCH, envelopes.get(life))).containsExactly(life);
      }
    }
  }

  @Test
  void shouldGoOnOpeningAfterWhatItRejected() {
    byte[] good = sealer.seal(BATCH, TEXT);
    for (int at : new int[] {3, 25, 45, 60, 85, good.length - 1}) {
      byte[] changed = good.clone();
      changed[at] ^= 4;
      assertThatThrownBy(() -> opener.open(BATCH, changed))
          .isExactlyInstanceOf(EnvelopeRejectedException.class);
      assertThat(opener.open(BATCH, good)).isEqualTo(TEXT);
    }
  }

  @Test
  void shouldNotOpenAfterClose() {
    byte[] envelope = sealer.seal(BATCH, TEXT);
    assertThat(opener.open(BATCH, envelope)).isEqualTo(TEXT);
    opener.close();
    assertThatThrownBy(() -> opener.open(BATCH, envelope))
        .isInstanceOf(IllegalStateException.class);
  }

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 0x55);
    return bytes;
  }
}
