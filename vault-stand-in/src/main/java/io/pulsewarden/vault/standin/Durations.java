package io.pulsewarden.vault.standin;

import java.time.Duration;

/** Times as Vault takes them: {@code 1h}, {@code 10m}, {@code 30s}. */
final class Durations {

  private Durations() {}

  static Duration of(String text) {
    long number = Long.parseLong(text.substring(0, text.length() - 1));
    return switch (text.charAt(text.length() - 1)) {
      case 'h' -> Duration.ofHours(number);
      case 'm' -> Duration.ofMinutes(number);
      default -> Duration.ofSeconds(number);
    };
  }
}
