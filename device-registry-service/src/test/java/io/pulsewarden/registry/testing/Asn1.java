package io.pulsewarden.registry.testing;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Made-up ASN.1, for parsers that have to live with anything. */
public final class Asn1 {

  private static final int[] TAGS = {2, 3, 4, 5, 6, 10, 12, 0x80};

  private Asn1() {}

  /** A tree of SEQUENCE, SET and context tags, at times hundreds of levels deep. */
  public static byte[] structure(Random random) {
    return nested(tree(random, 4), random.nextInt(300));
  }

  /** Some bytes of a structure replaced by others: lengths that lie, in all places. */
  public static byte[] spliced(byte[] good, int at, int cut, byte[] foreign) {
    int from = Math.min(at, good.length);
    int to = Math.min(from + cut, good.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(good, 0, from);
    out.writeBytes(foreign);
    out.write(good, to, good.length - to);
    return out.toByteArray();
  }

  /** Something in so many levels of SEQUENCE, SET and context tags. */
  public static byte[] nested(byte[] inner, int depth) {
    byte[] all = inner;
    for (int level = 0; level < depth && all.length < 10_000; level++) {
      all = tlv(level % 3 == 0 ? 0x31 : level % 3 == 1 ? 0x30 : 0xA0, all);
    }
    return all;
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
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    children.forEach(all::writeBytes);
    return tlv(0x30, all.toByteArray());
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
}
