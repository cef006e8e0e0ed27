package io.pulsewarden.audit.fhir;

import ca.uhn.fhir.context.FhirContext;
import org.hl7.fhir.instance.model.api.IBaseResource;

/** FHIR JSON by HAPI's structures. Made once: its context takes a second. Thread-safe. */
final class FhirJson {

  /** Media type of FHIR in JSON (FHIR R4, 2.6.1). */
  static final String MEDIA_TYPE = "application/fhir+json";

  private final FhirContext context = FhirContext.forR4Cached();

  String encode(IBaseResource resource) {
    return context
        .newJsonParser()
        .setPrettyPrint(false)
        .setOverrideResourceIdWithBundleEntryFullUrl(false)
        .encodeResourceToString(resource);
  }
}
