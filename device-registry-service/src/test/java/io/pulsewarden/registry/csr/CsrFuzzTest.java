package io.pulsewarden.registry.csr;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.registry.testing.Csr;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever is sent gets a verdict: no exception, no endless work, and never another key. */
class CsrFuzzTest {

  private static final byte[] GOOD = Csr.of(Csr.ec("secp256r1")).der();
  private static final int[] TAGS = {2, 3, 4, 5, 6, 12, 0x80};
  private final CsrPolicy policy = new CsrPolicy(BlockedKeys.builtIn());

  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF)
  void shouldRefuseAnyBytes(@ForAll @Size(max = 600) byte[] bytes) {
    assertThat(judge(bytes)).isInstanceOf(CsrVerdict.Refused.class);
  }

  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF)
  void shouldRefuseAnyBodyThatIsNotBase64OfARequest(@ForAll @Size(max = 600) byte[] body) {
    assertThat(policy.judge(body, ChannelBinding.none())).isInstanceOf(CsrVerdict.Refused.class);
  }

  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF)
  void shouldRefuseStructuresOfAnyShape(@ForAll long seed) {
    assertThat(judge(structure(new Random(seed)))).isInstanceOf(CsrVerdict.Refused.class);
  }

  /** Spliced, cut and repeated: lengths that lie, in all places of a good request. */
  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF)
  void shouldRefuseAGoodRequestWithForeignBytesInIt(
      @ForAll @IntRange(max = 400) int at,
      @ForAll @IntRange(max = 30) int cut,
      @ForAll @Size(min = 1, max = 30) byte[] foreign) {
    int from = Math.min(at, GOOD.length);
    byte[] tail = Arrays.copyOfRange(GOOD, Math.min(from + cut, GOOD.length), GOOD.length);
    byte[] spliced = concat(List.of(Arrays.copyOf(GOOD, from), foreign, tail));

    if (!Arrays.equals(spliced, GOOD)) {
      assertThat(judge(spliced)).isInstanceOf(CsrVerdict.Refused.class);
    }
  }

  /** A tree of SEQUENCE, SET and context tags, at times hundreds of levels deep. */
  private static byte[] structure(Random random) {
    return nested(tree(random, 4), random.nextInt(300));
  }

  private static byte[] tree(Random random, int levels) {
    if (levels == 0 || random.nextInt(3) == 0) {
      byte[] content = new byte[random.nextInt(20)];
      random.nextBytes(content);
      return tlv(TAGS[random.nextInt(TAGS.length)], content);
    }
    List<byte[]> children = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      children.add(tree(random, levels - 1));
    }
    return tlv(0x30, concat(children));
  }

  private static byte[] nested(byte[] inner, int depth) {
    byte[] all = inner;
    for (int level = 0; level < depth && all.length < 10_000; level++) {
      all = tlv(level % 3 == 0 ? 0x31 : level % 3 == 1 ? 0x30 : 0xA0, all);
    }
    return all;
  }

  private static byte[] tlv(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] concat(List<byte[]> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    parts.forEach(out::writeBytes);
    return out.toByteArray();
  }

  private CsrVerdict judge(byte[] der) {
    return policy.judge(Csr.base64(der), ChannelBinding.none());
  }
}
