package io.pulsewarden.registry.csr;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;

/**
 * RSA moduli that faulty generators made: those of Infineon's library (ROCA, CVE-2017-15361), and
 * those whose two primes are close to each other (CVE-2022-26320). Both are told from the modulus.
 */
final class WeakModulus {

  private static final int LARGEST_PRIME = 167;
  private static final BigInteger GENERATOR = BigInteger.valueOf(65_537);
  // As many rounds as public CAs do: primes that an honest generator draws need 2^500 and more.
  private static final int FERMAT_ROUNDS = 100;

  private static final List<Residues> RESIDUES =
      IntStream.rangeClosed(3, LARGEST_PRIME)
          .filter(number -> BigInteger.valueOf(number).isProbablePrime(20))
          .mapToObj(Residues::of)
          .toList();

  private WeakModulus() {}

  /** The powers of 65537 modulo a small prime: primes of the faulty library are among them all. */
  private record Residues(BigInteger prime, BigInteger powers) {

    static Residues of(int prime) {
      BigInteger modulus = BigInteger.valueOf(prime);
      BigInteger powers = BigInteger.ZERO;
      BigInteger power = BigInteger.ONE;
      while (!powers.testBit(power.intValue())) {
        powers = powers.setBit(power.intValue());
        power = power.multiply(GENERATOR).mod(modulus);
      }
      return new Residues(modulus, powers);
    }

    boolean has(BigInteger number) {
      return powers.testBit(number.mod(prime).intValue());
    }
  }

  /** An honest modulus passes all the primes by chance once in 2^27 or so. */
  static boolean isOfFaultyLibrary(BigInteger modulus) {
    return RESIDUES.stream().allMatch(residues -> residues.has(modulus));
  }

  /** Fermat's method: finds p and q when they differ in their lower half alone. */
  static boolean hasClosePrimes(BigInteger modulus) {
    BigInteger[] root = modulus.sqrtAndRemainder();
    BigInteger candidate = root[1].signum() == 0 ? root[0] : root[0].add(BigInteger.ONE);
    for (int round = 0; round < FERMAT_ROUNDS; round++) {
      BigInteger difference = candidate.multiply(candidate).subtract(modulus);
      if (difference.sqrtAndRemainder()[1].signum() == 0) {
        return true;
      }
      candidate = candidate.add(BigInteger.ONE);
    }
    return false;
  }
}
