package io.pulsewarden.e2e;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks into all that is alive in a service's heap: the JVM collects its garbage first. The dump
 * holds every secret of the service and is gone when this returns.
 */
final class HeapDump {

  private static final int PREFIX = 4;
  private static final int CHUNK = 1 << 20;

  private HeapDump() {}

  /** How often each of these stands in the service's heap; what is not there is left out. */
  static Map<String, Integer> count(Platform platform, String part, Map<String, byte[]> wanted) {
    try {
      Path folder = Files.createTempDirectory("heap-dump");
      Path dump = folder.resolve("live.hprof");
      try {
        Command.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(platform.pid(part)),
                "GC.heap_dump",
                dump.toString())
            .run()
            .orFail();
        return count(dump, wanted);
      } finally {
        Files.deleteIfExists(dump);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new IllegalStateException("no heap dump of " + part, e);
    }
  }

  static Map<String, Integer> count(Path dump, Map<String, byte[]> wanted) throws IOException {
    Map<Integer, List<Map.Entry<String, byte[]>>> byPrefix = new HashMap<>();
    int longest = 0;
    for (Map.Entry<String, byte[]> each : wanted.entrySet()) {
      byPrefix.computeIfAbsent(prefix(each.getValue(), 0), _ -> new ArrayList<>()).add(each);
      longest = Math.max(longest, each.getValue().length);
    }
    // Most places are passed by after a look at two bytes.
    boolean[] begins = new boolean[1 << 16];
    byPrefix.keySet().forEach(each -> begins[each >>> 16] = true);
    Map<String, Integer> found = new HashMap<>();
    byte[] window = new byte[CHUNK + longest];
    try (InputStream in = new BufferedInputStream(Files.newInputStream(dump), CHUNK)) {
      int held = 0;
      while (true) {
        int read = in.readNBytes(window, held, window.length - held);
        boolean last = read < window.length - held;
        int end = held + read;
        int until = last ? end - PREFIX + 1 : CHUNK;
        for (int at = 0; at < until; at++) {
          if (begins[(window[at] & 0xff) << 8 | (window[at + 1] & 0xff)]) {
            for (Map.Entry<String, byte[]> each :
                byPrefix.getOrDefault(prefix(window, at), List.of())) {
              if (standsAt(each.getValue(), window, at, end)) {
                found.merge(each.getKey(), 1, Integer::sum);
              }
            }
          }
        }
        if (last) {
          return found;
        }
        held = end - CHUNK;
        System.arraycopy(window, CHUNK, window, 0, held);
      }
    }
  }

  private static boolean standsAt(byte[] wanted, byte[] window, int at, int end) {
    return at + wanted.length <= end
        && Arrays.equals(window, at, at + wanted.length, wanted, 0, wanted.length);
  }

  private static int prefix(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }
}
