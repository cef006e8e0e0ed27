package io.pulsewarden.benchmarks.keys;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** What the JDK alone does on one thread of this machine: the least that our figures contain. */
final class BareCrypto {

  private static final int KEY = 32;
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final double NANOS = 1e9;
  private static final byte[] INFO = "pulsewarden-base-key".getBytes(StandardCharsets.US_ASCII);

  private final SecureRandom random = new SecureRandom();
  private final SecretKey key = new SecretKeySpec(random(KEY), "AES");
  private final int rounds;

  BareCrypto(int rounds) {
    this.rounds = rounds;
  }

  /** Base keys derived a second. */
  double derivations() throws GeneralSecurityException {
    KDF hkdf = KDF.getInstance("HKDF-SHA256");
    int sum = 0;
    long began = 0;
    for (int i = -rounds; i < rounds; i++) {
      if (i == 0) {
        began = System.nanoTime();
      }
      sum += hkdf.deriveData(HKDFParameterSpec.ofExtract().addIKM(key).thenExpand(INFO, KEY))[0];
    }
    return rate(began, sum);
  }

  /** Keys opened under one key and sealed under another a second. */
  double rewraps() throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKey next = new SecretKeySpec(random(KEY), "AES");
    byte[] nonce = random(NONCE);
    cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
    byte[] sealed = cipher.doFinal(random(KEY));
    int sum = 0;
    long began = 0;
    for (int i = -rounds; i < rounds; i++) {
      if (i == 0) {
        began = System.nanoTime();
      }
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
      byte[] opened = cipher.doFinal(sealed);
      cipher.init(Cipher.ENCRYPT_MODE, next, new GCMParameterSpec(TAG_BITS, random(NONCE)));
      sum += cipher.doFinal(opened)[0];
    }
    return rate(began, sum);
  }

  /** The sum keeps the work from being optimised away. */
  private double rate(long began, int sum) {
    double seconds = (System.nanoTime() - began) / NANOS;
    return sum == Integer.MIN_VALUE ? 0 : rounds / seconds;
  }

  private byte[] random(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
