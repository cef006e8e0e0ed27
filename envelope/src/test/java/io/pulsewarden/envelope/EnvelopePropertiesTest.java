package io.pulsewarden.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class EnvelopePropertiesTest {

  @Property(tries = 300)
  void shouldOpenWhatWasSealed(
      @ForAll @Size(max = 2000) byte[] plaintext,
      @ForAll("contexts") EnvelopeContext context,
      @ForAll @IntRange(max = 255) int key) {
    try (BaseKey baseKey = Fixtures.baseKey(key);
        EnvelopeSealer sealer = new EnvelopeSealer(baseKey)) {
      assertThat(EnvelopeOpener.open(baseKey, context, sealer.seal(context, plaintext)))
          .isEqualTo(plaintext);
    }
  }

  @Property(tries = 1000)
  void shouldRejectAnyChangedBitWithTheOneError(
      @ForAll @Size(max = 64) byte[] plaintext,
      @ForAll("contexts") EnvelopeContext context,
      @ForAll @IntRange(max = 1_000_000) int where) {
    try (BaseKey baseKey = Fixtures.baseKey();
        EnvelopeSealer sealer = new EnvelopeSealer(baseKey)) {
      byte[] envelope = sealer.seal(context, plaintext);
      int bit = where % (envelope.length * Byte.SIZE);
      envelope[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
      assertRejected(baseKey, context, envelope);
    }
  }

  @Property(tries = 300)
  void shouldRejectAnyOtherContext(
      @ForAll("contexts") EnvelopeContext sealedIn, @ForAll("contexts") EnvelopeContext openedIn) {
    try (BaseKey baseKey = Fixtures.baseKey();
        EnvelopeSealer sealer = new EnvelopeSealer(baseKey)) {
      byte[] envelope = sealer.seal(sealedIn, new byte[] {1});
      if (sealedIn.equals(openedIn)) {
        assertThat(EnvelopeOpener.open(baseKey, openedIn, envelope)).containsExactly(1);
      } else {
        assertRejected(baseKey, openedIn, envelope);
      }
    }
  }

  @Property(tries = 300)
  void shouldRejectAnyOtherLength(
      @ForAll @Size(max = 64) byte[] plaintext, @ForAll @IntRange(max = 400) int length) {
    try (BaseKey baseKey = Fixtures.baseKey();
        EnvelopeSealer sealer = new EnvelopeSealer(baseKey)) {
      byte[] envelope = sealer.seal(Fixtures.BATCH, plaintext);
      byte[] other = Arrays.copyOf(envelope, length == envelope.length ? length + 1 : length);
      assertRejected(baseKey, Fixtures.BATCH, other);
    }
  }

  @Property(tries = 300)
  void shouldRejectAnythingThatIsNoEnvelope(@ForAll @Size(max = 300) byte[] bytes) {
    try (BaseKey baseKey = Fixtures.baseKey()) {
      assertRejected(baseKey, Fixtures.BATCH, bytes);
    }
  }

  @Provide
  Arbitrary<EnvelopeContext> contexts() {
    Arbitrary<UUID> ids =
        Combinators.combine(Arbitraries.longs().between(0, 3), Arbitraries.longs().between(0, 3))
            .as(UUID::new);
    Arbitrary<Long> times = Arbitraries.longs().between(-2, 2);
    return Combinators.combine(
            Arbitraries.of("vital-batch", "quarantine", "a", "a-a"),
            ids,
            ids,
            ids.injectNull(0.3),
            times,
            times,
            Arbitraries.integers().between(1, 2))
        .as(
            (name, organisation, subject, device, one, other, version) ->
                new EnvelopeContext(
                    name,
                    organisation,
                    subject,
                    device,
                    Math.min(one, other),
                    Math.max(one, other),
                    version));
  }

  private static void assertRejected(BaseKey key, EnvelopeContext context, byte[] envelope) {
    assertThatThrownBy(() -> EnvelopeOpener.open(key, context, envelope))
        .isExactlyInstanceOf(EnvelopeRejectedException.class)
        .hasMessage("the envelope was rejected")
        .hasNoCause();
  }
}
