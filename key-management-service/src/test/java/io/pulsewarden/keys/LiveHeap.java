package io.pulsewarden.keys;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Looks for secrets in a dump of all that is alive in this JVM, the service and the test. The test
 * keeps none but masked, so that it does not find its own. The dump is deleted at once.
 */
final class LiveHeap {

  private static final byte MASK = 0x5a;

  private LiveHeap() {}

  /** What is kept of a secret to look for it; the secret itself is overwritten. */
  static byte[] maskAndErase(byte[] secret) {
    byte[] masked = secret.clone();
    for (int i = 0; i < masked.length; i++) {
      masked[i] ^= MASK;
    }
    Arrays.fill(secret, (byte) 0);
    return masked;
  }

  /** How often each stands there, in order. */
  static int[] count(byte[]... masked) throws IOException {
    Path folder = Files.createTempDirectory("live-heap");
    Path dump = folder.resolve("live.hprof");
    try {
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpHeap(dump.toString(), true);
      byte[] bytes = Files.readAllBytes(dump);
      return Arrays.stream(masked).mapToInt(each -> count(bytes, each)).toArray();
    } finally {
      Files.deleteIfExists(dump);
      Files.delete(folder);
    }
  }

  private static int count(byte[] bytes, byte[] masked) {
    int count = 0;
    for (int at = 0; at <= bytes.length - masked.length; at++) {
      int i = 0;
      while (i < masked.length && (bytes[at + i] ^ MASK) == masked[i]) {
        i++;
      }
      count += i == masked.length ? 1 : 0;
    }
    return count;
  }
}
