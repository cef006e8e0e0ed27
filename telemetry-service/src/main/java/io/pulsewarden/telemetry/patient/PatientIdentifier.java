package io.pulsewarden.telemetry.patient;

import io.pulsewarden.telemetry.failure.FailureCode;
import io.pulsewarden.telemetry.failure.RequestFailedException;

/** An identifier that somebody else gave a patient, such as a hospital's record number. */
record PatientIdentifier(String system, String value) {

  private static final int MAX_LENGTH = 1_024;

  PatientIdentifier {
    if (system.isBlank() || value.isBlank()) {
      throw new IllegalArgumentException("system and value are needed");
    }
    if (system.length() > MAX_LENGTH || value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("too long");
    }
  }

  /**
   * Reads {@code system|value}.
   *
   * @throws RequestFailedException with INVALID_REQUEST for any other form
   */
  static PatientIdentifier ofToken(String token) {
    int bar = token.indexOf('|');
    try {
      return new PatientIdentifier(token.substring(0, Math.max(bar, 0)), token.substring(bar + 1));
    } catch (IllegalArgumentException incomplete) {
      throw new RequestFailedException(
          FailureCode.INVALID_REQUEST, "identifier must be system|value, both given");
    }
  }

  @Override
  public String toString() {
    return "PatientIdentifier[redacted]";
  }
}
