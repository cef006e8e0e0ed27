package io.pulsewarden.registry.ca;

import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a revocation list says, before it is signed.
 *
 * @param number ascending for each issuer
 * @param location where the list is served, as the issuer's certificates name it
 * @param entries revoked and not expired
 */
public record RevocationList(
    BigInteger number,
    Instant thisUpdate,
    Instant nextUpdate,
    Optional<URI> location,
    List<Entry> entries) {

  public RevocationList {
    if (!nextUpdate.isAfter(thisUpdate)) {
      throw new IllegalArgumentException("a list has to end after it begins");
    }
    entries = List.copyOf(entries);
  }

  /**
   * A certificate that is not to be trusted.
   *
   * @param reason code of RFC 5280, section 5.3.1
   */
  public record Entry(BigInteger serialNumber, Instant revokedAt, int reason) {}
}
