package io.pulsewarden.telemetry.fhir;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The one FHIR context of the process: it takes a second to make. */
@ApplicationScoped
class FhirConfiguration {

  @Produces
  @Singleton
  FhirJson json() {
    return new FhirJson();
  }
}
