package io.pulsewarden.registry.ca;

import java.math.BigInteger;
import java.security.SecureRandom;

/** Serial numbers of 128 random bits, positive and not zero (RFC 5280, section 4.1.2.2). */
final class SerialNumbers {

  private static final int BITS = 128;

  private final SecureRandom random;

  SerialNumbers(SecureRandom random) {
    this.random = random;
  }

  BigInteger next() {
    BigInteger serial = new BigInteger(BITS, random);
    return serial.signum() == 0 ? next() : serial;
  }
}
