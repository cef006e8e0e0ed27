package io.pulsewarden.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/**
 * What the library adds to the garbage that the platform's own cipher makes for each text, however
 * it is called. Counted by the JVM for this thread alone, so that it is no matter of speed.
 */
class AllocationTest {

  private static final int KILOBYTE = 1024;
  private static final int WARM_UP = 20_000;
  private static final int ROUNDS = 5_000;
  private static final long BOUND = 256;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final byte[] text = new byte[KILOBYTE];
  private final byte[] envelope = new byte[EnvelopeSealer.sealedLength(KILOBYTE)];

  private interface Operation {
    void run(int round) throws GeneralSecurityException;
  }

  @Test
  void shouldAllocateLittleMoreThanTheBareCipherDoes() throws GeneralSecurityException {
    try (BaseKey key = Fixtures.baseKey();
        EnvelopeSealer sealer = new EnvelopeSealer(key);
        EnvelopeOpener opener = new EnvelopeOpener(key)) {
      long bareSeal = perOperation(bare(Cipher.ENCRYPT_MODE));
      long seal =
          perOperation(round -> sealer.seal(context(round), text, 0, KILOBYTE, envelope, 0));
      sealer.seal(Fixtures.BATCH, text, 0, KILOBYTE, envelope, 0);
      long bareOpen = perOperation(bare(Cipher.DECRYPT_MODE));
      long open =
          perOperation(_ -> opener.open(Fixtures.BATCH, envelope, 0, envelope.length, text, 0));
      assertThat(seal - bareSeal).as("sealing, %d bare", bareSeal).isLessThanOrEqualTo(BOUND);
      assertThat(open - bareOpen).as("opening, %d bare", bareOpen).isLessThanOrEqualTo(BOUND);
    }
  }

  private long perOperation(Operation operation) throws GeneralSecurityException {
    for (int round = 0; round < WARM_UP; round++) {
      operation.run(round);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int round = WARM_UP; round < WARM_UP + ROUNDS; round++) {
      operation.run(round);
    }
    return (threads.getCurrentThreadAllocatedBytes() - before) / ROUNDS;
  }

  /** Text and associated data as long as the library's. */
  private static Operation bare(int mode) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKey key = new SecretKeySpec(new byte[AesGcm.KEY_LENGTH], "AES");
    byte[] nonce = new byte[AesGcm.NONCE_LENGTH];
    byte[] associated = new byte[EnvelopeHeader.LENGTH + ContextBytes.of(Fixtures.BATCH).length];
    byte[] in = new byte[KILOBYTE];
    byte[] out = new byte[KILOBYTE + AesGcm.TAG_LENGTH];
    cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, nonce));
    cipher.updateAAD(associated);
    cipher.doFinal(in, 0, in.length, out, 0);
    return mode == Cipher.DECRYPT_MODE
        ? _ -> {
          cipher.init(mode, key, new GCMParameterSpec(128, nonce));
          cipher.updateAAD(associated);
          cipher.doFinal(out, 0, out.length, in, 0);
        }
        : round -> {
          ByteBuffer.wrap(nonce).putInt(0, round + 1);
          cipher.init(mode, key, new GCMParameterSpec(128, nonce));
          cipher.updateAAD(associated);
          cipher.doFinal(in, 0, in.length, out, 0);
        };
  }

  private static EnvelopeContext context(int round) {
    return new EnvelopeContext(
        "vital-batch",
        Fixtures.ORGANISATION,
        Fixtures.SUBJECT,
        Fixtures.DEVICE,
        Fixtures.FIRST,
        Fixtures.FIRST + round,
        1);
  }
}
