package io.pulsewarden.audit.fhir;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The one FHIR context of the process. */
@ApplicationScoped
class FhirConfiguration {

  @Produces
  @Singleton
  FhirJson json() {
    return new FhirJson();
  }
}
