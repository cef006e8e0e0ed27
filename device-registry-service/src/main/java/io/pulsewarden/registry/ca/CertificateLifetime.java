package io.pulsewarden.registry.ca;

import java.time.Duration;

/**
 * How long a device certificate is valid. Revocation does the cutting; this bounds how long a
 * forgotten device stays admitted.
 *
 * @param duration 1 hour to 365 days
 */
public record CertificateLifetime(Duration duration) {

  private static final Duration SHORTEST = Duration.ofHours(1);
  private static final Duration LONGEST = Duration.ofDays(365);

  public CertificateLifetime {
    if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("a device certificate lives 1 hour to 365 days");
    }
  }
}
