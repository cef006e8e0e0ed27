package io.pulsewarden.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.pulsewarden.secret.SecretBytes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was closed has no key any more, although it is still held: looked for in a dump of all live
 * objects, the platform's own ciphers included. Only masked copies of the keys are in the test's
 * own hands, so that it does not find itself.
 */
class ForgottenKeysTest {

  private static final byte MASK = 0x5a;
  private static final int THREADS = 4;

  @TempDir private Path folder;

  @Test
  void shouldHaveNoKeyInTheHeapOnceItIsClosed() throws Exception {
    byte[] secret = new byte[BaseKey.LENGTH];
    new SecureRandom().nextBytes(secret);
    byte[] maskedBaseKey = masked(secret);
    BaseKey key = new BaseKey(Fixtures.SUBJECT_KEY, Fixtures.EPOCH, SecretBytes.owning(secret));
    byte[] derived = HkdfSha256.encryptionKey(key, Fixtures.salt());
    byte[] maskedEncryptionKey = masked(derived);
    Arrays.fill(derived, (byte) 0);
    EnvelopeSealer sealer = new EnvelopeSealer(key, Fixtures::salt, EnvelopeSealer.SALT_LIMIT);
    EnvelopeOpener opener = new EnvelopeOpener(key);
    byte[] envelope = sealByMany(sealer);
    assertThat(opener.open(Fixtures.BATCH, envelope)).containsExactly(1);

    assertThat(found(maskedBaseKey)).isPositive();
    assertThat(found(maskedEncryptionKey)).isPositive();

    sealer.close();
    opener.close();
    key.close();

    assertThat(found(maskedBaseKey)).isZero();
    assertThat(found(maskedEncryptionKey)).isZero();
    assertThat(List.of(sealer, opener, key)).isNotEmpty();
  }

  private static byte[] sealByMany(EnvelopeSealer sealer) throws Exception {
    Callable<byte[]> seal = () -> sealer.seal(Fixtures.BATCH, new byte[] {1});
    try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      List<Future<byte[]>> sealed = pool.invokeAll(Stream.generate(() -> seal).limit(100).toList());
      return sealed.getLast().get();
    }
  }

  private static byte[] masked(byte[] secret) {
    byte[] masked = secret.clone();
    for (int i = 0; i < masked.length; i++) {
      masked[i] ^= MASK;
    }
    return masked;
  }

  /** How often it stands in a dump of what is alive. */
  private int found(byte[] masked) throws IOException {
    Path dump = folder.resolve("live.hprof");
    try {
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpHeap(dump.toString(), true);
      byte[] bytes = Files.readAllBytes(dump);
      int found = 0;
      for (int at = 0; at <= bytes.length - masked.length; at++) {
        int i = 0;
        while (i < masked.length && (bytes[at + i] ^ MASK) == masked[i]) {
          i++;
        }
        found += i == masked.length ? 1 : 0;
      }
      return found;
    } finally {
      Files.deleteIfExists(dump);
    }
  }
}
