package io.pulsewarden.benchmarks.envelope;

import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.envelope.EnvelopeOpener;
import io.pulsewarden.envelope.EnvelopeSealer;
import io.pulsewarden.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One thread. The bare loops use one cipher of the JDK again and again, into a buffer that is
 * there; {@code bareSeal} and {@code bareOpen} authenticate the text alone, which is less than an
 * envelope does, the others as many associated bytes as an envelope has.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class EnvelopeBenchmark {

  private static final int KEY_LENGTH = 32;
  private static final int NONCE_LENGTH = 12;
  private static final int TAG_LENGTH = 16;

  /** Header and context of a vital batch. */
  private static final int ASSOCIATED_LENGTH = 82 + 93;

  private static final UUID ID = UUID.fromString("11111111-2222-4333-8444-555555555555");

  /** Bytes of the plaintext. */
  @Param({"256", "1024", "16384"})
  public int size;

  private final SecretKey key = new SecretKeySpec(random(KEY_LENGTH), "AES");
  private final byte[] nonce = new byte[NONCE_LENGTH];
  private final byte[] associated = random(ASSOCIATED_LENGTH);
  private Cipher cipher = cipher();
  private byte[] text = new byte[0];
  private byte[] out = new byte[0];
  private byte[] bareSealed = new byte[0];
  private byte[] bareSealedWithAad = new byte[0];
  private byte[] envelope = new byte[0];
  private EnvelopeSealer sealer = sealer(random(KEY_LENGTH));
  private EnvelopeOpener opener = opener(random(KEY_LENGTH));
  private long round;

  /** Seals once what is opened. */
  @Setup
  public void setUp() throws GeneralSecurityException {
    byte[] baseKey = random(KEY_LENGTH);
    sealer.close();
    opener.close();
    sealer = sealer(baseKey);
    opener = opener(baseKey);
    text = random(size);
    envelope = sealer.seal(context(0), text);
    out = new byte[envelope.length];
    bareSealed = new byte[size + TAG_LENGTH];
    bareSealedWithAad = new byte[size + TAG_LENGTH];
    // Another cipher object: the one that is measured would refuse a nonce a second time.
    Cipher first = cipher();
    first.init(Cipher.ENCRYPT_MODE, key, parameters(0));
    first.doFinal(text, 0, size, bareSealed, 0);
    Cipher second = cipher();
    second.init(Cipher.ENCRYPT_MODE, key, parameters(0));
    second.updateAAD(associated);
    second.doFinal(text, 0, size, bareSealedWithAad, 0);
  }

  /** Zeroes. */
  @TearDown
  public void tearDown() {
    sealer.close();
    opener.close();
  }

  /** A whole envelope, its context made anew as intake does. */
  @Benchmark
  public int seal() {
    return sealer.seal(context(++round), text, 0, size, out, 0);
  }

  /** The same, opened, with the salt's key at hand. */
  @Benchmark
  public int open() {
    return opener.open(context(0), envelope, 0, envelope.length, out, 0);
  }

  /** A single envelope under a key that is not at hand: two derivations more. */
  @Benchmark
  public byte[] openOnce(Single single) {
    return EnvelopeOpener.open(single.baseKey, context(0), single.envelope);
  }

  /** The text alone. */
  @Benchmark
  public int bareSeal() throws GeneralSecurityException {
    cipher.init(Cipher.ENCRYPT_MODE, key, parameters(++round));
    return cipher.doFinal(text, 0, size, out, 0);
  }

  /** With associated data. */
  @Benchmark
  public int bareSealWithAad() throws GeneralSecurityException {
    cipher.init(Cipher.ENCRYPT_MODE, key, parameters(++round));
    cipher.updateAAD(associated);
    return cipher.doFinal(text, 0, size, out, 0);
  }

  /** The text alone. */
  @Benchmark
  public int bareOpen() throws GeneralSecurityException {
    cipher.init(Cipher.DECRYPT_MODE, key, parameters(0));
    return cipher.doFinal(bareSealed, 0, bareSealed.length, out, 0);
  }

  /** With associated data. */
  @Benchmark
  public int bareOpenWithAad() throws GeneralSecurityException {
    cipher.init(Cipher.DECRYPT_MODE, key, parameters(0));
    cipher.updateAAD(associated);
    return cipher.doFinal(bareSealedWithAad, 0, bareSealedWithAad.length, out, 0);
  }

  private GCMParameterSpec parameters(long number) {
    ByteBuffer.wrap(nonce).putLong(Integer.BYTES, number);
    return new GCMParameterSpec(TAG_LENGTH * Byte.SIZE, nonce);
  }

  static EnvelopeContext context(long time) {
    return new EnvelopeContext("vital-batch", ID, ID, ID, 0, time, 1);
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  static BaseKey baseKey(byte[] bytes) {
    return new BaseKey(ID, 1, SecretBytes.copyOf(bytes));
  }

  static EnvelopeSealer sealer(byte[] bytes) {
    try (BaseKey key = baseKey(bytes)) {
      return new EnvelopeSealer(key);
    }
  }

  private static EnvelopeOpener opener(byte[] bytes) {
    try (BaseKey key = baseKey(bytes)) {
      return new EnvelopeOpener(key);
    }
  }

  private static Cipher cipher() {
    try {
      return Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("no AES-GCM here", missing);
    }
  }

  /** One envelope of 1 KiB and its key. */
  @State(Scope.Thread)
  public static class Single {
    private static final int SIZE = 1024;

    private final byte[] bytes = random(KEY_LENGTH);
    private final BaseKey baseKey = baseKey(bytes);
    private final byte[] envelope;

    /** Seals it. */
    public Single() {
      try (EnvelopeSealer once = sealer(bytes)) {
        envelope = once.seal(context(0), random(SIZE));
      }
    }
  }
}
