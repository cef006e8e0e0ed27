package io.pulsewarden.keys;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.InputStream;
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

  /** Not the whole dump: it is as large as all that it is a dump of. */
  private static final int WINDOW = 1 << 20;

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
      int[] counts = new int[masked.length];
      for (int i = 0; i < masked.length; i++) {
        counts[i] = count(dump, masked[i]);
      }
      return counts;
    } finally {
      Files.deleteIfExists(dump);
      Files.delete(folder);
    }
  }

  private static int count(Path dump, byte[] masked) throws IOException {
    byte[] window = new byte[WINDOW];
    int count = 0;
    int kept = 0;
    try (InputStream bytes = Files.newInputStream(dump)) {
      int read = bytes.readNBytes(window, 0, WINDOW);
      while (read > 0) {
        int filled = kept + read;
        count += count(window, filled, masked);
        // Too short to hold it whole: the next window has what begins here.
        kept = Math.min(filled, masked.length - 1);
        System.arraycopy(window, filled - kept, window, 0, kept);
        read = bytes.readNBytes(window, kept, WINDOW - kept);
      }
      return count;
    } finally {
      // The next dump is of this as well.
      Arrays.fill(window, (byte) 0);
    }
  }

  private static int count(byte[] bytes, int filled, byte[] masked) {
    int count = 0;
    for (int at = 0; at <= filled - masked.length; at++) {
      int i = 0;
      while (i < masked.length && (bytes[at + i] ^ MASK) == masked[i]) {
        i++;
      }
      count += i == masked.length ? 1 : 0;
    }
    return count;
  }
}
