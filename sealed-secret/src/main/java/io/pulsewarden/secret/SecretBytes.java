package io.pulsewarden.secret;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Secret bytes with one owner, who closes them. Closing overwrites the array; the JDK may have
 * copied it before (garbage collection moves objects), so this narrows exposure and does not end
 * it.
 *
 * <p>Neither {@code toString}, {@code equals} nor {@code hashCode} tells anything of the content.
 * Thread-safe: a use and a close exclude each other.
 */
public final class SecretBytes implements AutoCloseable {

  private final byte[] bytes;
  private boolean destroyed;

  private SecretBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes the array over: the caller must not keep or change it. */
  public static SecretBytes owning(byte[] bytes) {
    return new SecretBytes(bytes);
  }

  /** Copies the array; the caller still owns, and clears, its own. */
  public static SecretBytes copyOf(byte[] bytes) {
    return new SecretBytes(bytes.clone());
  }

  /**
   * Lends the bytes to {@code use}, which must neither keep nor change them.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  public synchronized <T> T use(Function<byte[], T> use) {
    if (destroyed) {
      throw new IllegalStateException("the secret was destroyed");
    }
    return use.apply(bytes);
  }

  /** A second owner's copy. */
  public SecretBytes copy() {
    return use(SecretBytes::copyOf);
  }

  /** Length in bytes; known after destruction too. */
  public int length() {
    return bytes.length;
  }

  public synchronized boolean isDestroyed() {
    return destroyed;
  }

  /** Compares in time that depends on the lengths alone. */
  public boolean sameAs(SecretBytes other) {
    byte[] theirs = other.use(byte[]::clone);
    try {
      return use(mine -> MessageDigest.isEqual(mine, theirs));
    } finally {
      Arrays.fill(theirs, (byte) 0);
    }
  }

  @Override
  public synchronized void close() {
    Arrays.fill(bytes, (byte) 0);
    destroyed = true;
  }

  @Override
  public String toString() {
    return "SecretBytes[redacted]";
  }
}
