package io.pulsewarden.telemetry.traffic;

import java.time.Duration;

/**
 * What may come, on average, in a second. {@code quarantined} is the weight of what goes to
 * quarantine: refused records, or kilobytes of them, whichever is more.
 *
 * @param burst for how long a sender that was silent may send at a higher rate: so much at once
 */
public record Rates(OfDevice device, OfOrganisation organisation, Duration burst) {

  /**
   * Of one device, or gateway.
   *
   * @param subscriptions topic filters in SUBSCRIBE and UNSUBSCRIBE
   */
  public record OfDevice(
      double messages, double bytes, double quarantined, double subscriptions, double connects) {
    public OfDevice {
      requirePositive(messages, bytes, quarantined, subscriptions, connects);
    }
  }

  /** Of all devices of one organisation together. */
  public record OfOrganisation(double messages, double bytes, double quarantined) {
    public OfOrganisation {
      requirePositive(messages, bytes, quarantined);
    }
  }

  public Rates {
    requirePositive((double) burst.toMillis());
  }

  private static void requirePositive(double... rates) {
    for (double rate : rates) {
      if (!(rate > 0)) {
        throw new IllegalArgumentException("a limit of traffic has to be above 0");
      }
    }
  }
}
