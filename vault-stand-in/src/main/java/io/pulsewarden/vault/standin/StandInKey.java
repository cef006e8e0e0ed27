package io.pulsewarden.vault.standin;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A Transit key of type aes256-gcm96: versions, and their cryptography. Thread-safe. */
public final class StandInKey {

  /** What Transit calls a user error. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  private static final Pattern FORM = Pattern.compile("vault:v([0-9]+):(.*)", Pattern.DOTALL);
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final SecureRandom random = new SecureRandom();
  private final List<byte[]> versions = new ArrayList<>();
  private int minDecryption = 1;
  private int minEncryption;
  private int minAvailable;

  StandInKey() {
    rotate();
  }

  synchronized void rotate() {
    byte[] key = new byte[32];
    random.nextBytes(key);
    versions.add(key);
  }

  /** The newest version. */
  public synchronized int latest() {
    return versions.size();
  }

  /** Versions below it decrypt nothing. */
  public synchronized int minDecryption() {
    return minDecryption;
  }

  synchronized int minEncryption() {
    return minEncryption;
  }

  /** Versions below it are gone. */
  public synchronized int minAvailable() {
    return minAvailable;
  }

  /** As somebody does who configures a key. */
  public synchronized void configure(int decryption, int encryption) {
    minDecryption = decryption;
    minEncryption = encryption;
  }

  /** As somebody does by mistake: what is below decrypts nothing, and is gone. */
  public synchronized void lose(int below) {
    minDecryption = below;
    trim(below);
  }

  /** Forgets what is below, as Transit's archive does. */
  synchronized void trim(int minimum) {
    minAvailable = minimum;
    for (int version = 1; version < minimum; version++) {
      versions.set(version - 1, new byte[0]);
    }
  }

  synchronized String encrypt(byte[] plaintext, byte[] associated) throws GeneralSecurityException {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    byte[] sealed = cipher(Cipher.ENCRYPT_MODE, latest(), nonce, associated).doFinal(plaintext);
    byte[] all = ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array();
    return "vault:v" + latest() + ":" + Base64.getEncoder().encodeToString(all);
  }

  synchronized byte[] decrypt(String ciphertext, byte[] associated) throws Refused {
    Matcher parts = FORM.matcher(ciphertext);
    if (!parts.matches()) {
      throw new Refused("invalid ciphertext: no prefix");
    }
    int version = Integer.parseInt(parts.group(1));
    if (version < 1 || version > latest()) {
      throw new Refused("invalid ciphertext: version is too new");
    }
    if (version < minDecryption) {
      throw new Refused("ciphertext or signature version is disallowed by policy (too old)");
    }
    try {
      byte[] all = Base64.getDecoder().decode(parts.group(2));
      byte[] nonce = Arrays.copyOf(all, NONCE);
      return cipher(Cipher.DECRYPT_MODE, version, nonce, associated)
          .doFinal(all, NONCE, Math.max(0, all.length - NONCE));
    } catch (GeneralSecurityException | IllegalArgumentException changed) {
      throw new Refused("invalid ciphertext: unable to decrypt");
    }
  }

  private Cipher cipher(int mode, int version, byte[] nonce, byte[] associated)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(versions.get(version - 1), "AES"),
        new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(associated);
    return cipher;
  }
}
