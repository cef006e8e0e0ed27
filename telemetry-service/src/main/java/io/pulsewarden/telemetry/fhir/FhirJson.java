package io.pulsewarden.telemetry.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import io.pulsewarden.telemetry.failure.FailureCode;
import io.pulsewarden.telemetry.failure.RequestFailedException;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * FHIR JSON by HAPI's structures. Encoding happens here; validation does not, since HAPI's
 * validator takes hundreds of megabytes and belongs into tests. Thread-safe.
 */
public final class FhirJson {

  /** Media type of FHIR in JSON (FHIR R4, 2.6.1). */
  public static final String MEDIA_TYPE = "application/fhir+json";

  private final FhirContext context = FhirContext.forR4Cached();

  /** Decimals keep the digits that they have. */
  public String encode(IBaseResource resource) {
    return parser().encodeResourceToString(resource);
  }

  /**
   * Reads a resource strictly: an element that FHIR R4 does not have is refused, not dropped.
   *
   * @throws RequestFailedException if it is anything else
   */
  public <T extends IBaseResource> T parse(Class<T> type, String json) {
    try {
      return parser().setParserErrorHandler(new StrictErrorHandler()).parseResource(type, json);
    } catch (DataFormatException unreadable) {
      // HAPI's message quotes what it read; the caller knows that already, the log must not.
      throw new RequestFailedException(
          FailureCode.INVALID_REQUEST, "the body is not a FHIR R4 " + type.getSimpleName());
    }
  }

  private IParser parser() {
    return context
        .newJsonParser()
        .setPrettyPrint(false)
        .setOverrideResourceIdWithBundleEntryFullUrl(false);
  }
}
