package io.pulsewarden.envelope;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMModeCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/** Sealed by the platform's provider and opened by another implementation, and the other way. */
class BouncyCastleCrossCheckTest {

  @Property(tries = 100)
  void shouldOpenByBouncyCastleAlone(@ForAll @Size(max = 500) byte[] plaintext)
      throws InvalidCipherTextException {
    byte[] envelope;
    try (BaseKey key = Fixtures.baseKey();
        EnvelopeSealer sealer = new EnvelopeSealer(key)) {
      envelope = sealer.seal(Fixtures.BATCH, plaintext);
    }
    byte[] salt = Arrays.copyOfRange(envelope, 22, 38);

    assertThat(Arrays.copyOfRange(envelope, 50, 82))
        .isEqualTo(hkdf(salt, "pulsewarden-envelope-v1 commitment"));

    GCMModeCipher gcm = GCMBlockCipher.newInstance(AESEngine.newInstance());
    gcm.init(
        false,
        new AEADParameters(
            new KeyParameter(hkdf(salt, "pulsewarden-envelope-v1 encryption")),
            128,
            Arrays.copyOfRange(envelope, 38, 50)));
    gcm.processAADBytes(envelope, 0, 82);
    byte[] context = ContextBytes.of(Fixtures.BATCH);
    gcm.processAADBytes(context, 0, context.length);
    byte[] opened = new byte[plaintext.length];
    byte[] buffer = new byte[gcm.getOutputSize(envelope.length - 82)];
    int length = gcm.processBytes(envelope, 82, envelope.length - 82, buffer, 0);
    length += gcm.doFinal(buffer, length);
    System.arraycopy(buffer, 0, opened, 0, length);
    assertThat(opened).isEqualTo(plaintext);
  }

  @Property(tries = 100)
  void shouldOpenWhatBouncyCastleSealed(@ForAll @Size(max = 500) byte[] plaintext)
      throws InvalidCipherTextException {
    try (BaseKey key = Fixtures.baseKey();
        EnvelopeSealer sealer = new EnvelopeSealer(key);
        EnvelopeOpener opener = new EnvelopeOpener(key)) {
      // A header of ours says which key, salt and nonce; all that is computed is the other's.
      byte[] envelope =
          Arrays.copyOf(sealer.seal(Fixtures.BATCH, plaintext), 82 + plaintext.length + 16);
      byte[] salt = Arrays.copyOfRange(envelope, 22, 38);
      System.arraycopy(hkdf(salt, "pulsewarden-envelope-v1 commitment"), 0, envelope, 50, 32);
      Arrays.fill(envelope, 82, envelope.length, (byte) 0);
      GCMModeCipher gcm = GCMBlockCipher.newInstance(AESEngine.newInstance());
      gcm.init(
          true,
          new AEADParameters(
              new KeyParameter(hkdf(salt, "pulsewarden-envelope-v1 encryption")),
              128,
              Arrays.copyOfRange(envelope, 38, 50)));
      gcm.processAADBytes(envelope, 0, 82);
      byte[] context = ContextBytes.of(Fixtures.BATCH);
      gcm.processAADBytes(context, 0, context.length);
      int length = gcm.processBytes(plaintext, 0, plaintext.length, envelope, 82);
      gcm.doFinal(envelope, 82 + length);

      assertThat(opener.open(Fixtures.BATCH, envelope)).isEqualTo(plaintext);
    }
  }

  private static byte[] hkdf(byte[] salt, String label) {
    byte[] baseKey = Fixtures.baseKey().key().use(byte[]::clone);
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
    hkdf.init(new HKDFParameters(baseKey, salt, label.getBytes(US_ASCII)));
    byte[] derived = new byte[32];
    hkdf.generateBytes(derived, 0, derived.length);
    return derived;
  }
}
