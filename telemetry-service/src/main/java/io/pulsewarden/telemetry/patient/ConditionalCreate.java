package io.pulsewarden.telemetry.patient;

import io.pulsewarden.telemetry.failure.FailureCode;
import io.pulsewarden.telemetry.failure.RequestFailedException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** The header If-None-Exist (FHIR R4, 3.1.0.8.1): a search, without the type before it. */
final class ConditionalCreate {

  private static final String NAME = "identifier=";

  private ConditionalCreate() {}

  /**
   * @throws RequestFailedException for any search but one by identifier
   */
  static PatientIdentifier identifier(String header) {
    String search = header.startsWith("?") ? header.substring(1) : header;
    if (!search.startsWith(NAME) || search.contains("&")) {
      throw new RequestFailedException(
          FailureCode.INVALID_REQUEST, "If-None-Exist must be identifier=system|value");
    }
    try {
      return PatientIdentifier.ofToken(
          URLDecoder.decode(search.substring(NAME.length()), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException malformed) {
      throw new RequestFailedException(
          FailureCode.INVALID_REQUEST, "If-None-Exist is not well encoded");
    }
  }
}
