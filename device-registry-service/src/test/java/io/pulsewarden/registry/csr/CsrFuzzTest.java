package io.pulsewarden.registry.csr;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.registry.testing.Asn1;
import io.pulsewarden.registry.testing.Csr;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever is sent gets a verdict: no exception, no endless work, and never another key. */
class CsrFuzzTest {

  private static final byte[] GOOD = Csr.of(Csr.ec("secp256r1")).der();
  private final CsrPolicy policy = new CsrPolicy(BlockedKeys.builtIn());

  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF, seed = "20261123")
  void shouldRefuseAnyBytes(@ForAll @Size(max = 600) byte[] bytes) {
    assertThat(judge(bytes)).isInstanceOf(CsrVerdict.Refused.class);
  }

  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF, seed = "20261123")
  void shouldRefuseAnyBodyThatIsNotBase64OfARequest(@ForAll @Size(max = 600) byte[] body) {
    assertThat(policy.judge(body, ChannelBinding.none())).isInstanceOf(CsrVerdict.Refused.class);
  }

  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF, seed = "20261123")
  void shouldRefuseStructuresOfAnyShape(@ForAll long seed) {
    assertThat(judge(Asn1.structure(new Random(seed)))).isInstanceOf(CsrVerdict.Refused.class);
  }

  /** Spliced, cut and repeated: lengths that lie, in all places of a good request. */
  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF, seed = "20261123")
  void shouldRefuseAGoodRequestWithForeignBytesInIt(
      @ForAll @IntRange(max = 400) int at,
      @ForAll @IntRange(max = 30) int cut,
      @ForAll @Size(min = 1, max = 30) byte[] foreign) {
    byte[] spliced = Asn1.spliced(GOOD, at, cut, foreign);

    if (!Arrays.equals(spliced, GOOD)) {
      assertThat(judge(spliced)).isInstanceOf(CsrVerdict.Refused.class);
    }
  }

  private CsrVerdict judge(byte[] der) {
    return policy.judge(Csr.base64(der), ChannelBinding.none());
  }
}
