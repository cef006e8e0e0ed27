package io.pulsewarden.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The search finds what is there, over the seams of what it reads at a time too. */
class HeapDumpTest {

  @TempDir private Path folder;

  @Test
  void shouldCountWhatStandsAtTheEdgesAndOverTheSeams() throws IOException {
    byte[] content = new byte[3_000_000];
    new Random(1).nextBytes(content);
    byte[] key = new byte[32];
    new Random(2).nextBytes(key);
    int[] places = {0, (1 << 20) - 16, (2 << 20) - 1, content.length - key.length};
    for (int place : places) {
      System.arraycopy(key, 0, content, place, key.length);
    }
    byte[] absent = key.clone();
    absent[31]++;
    Path dump = Files.write(folder.resolve("dump"), content);

    assertThat(HeapDump.count(dump, Map.of("key", key, "absent", absent)))
        .isEqualTo(Map.of("key", places.length));
  }
}
