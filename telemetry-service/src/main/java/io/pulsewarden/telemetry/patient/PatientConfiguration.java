package io.pulsewarden.telemetry.patient;

import io.pulsewarden.telemetry.auditing.AccessEvent;
import io.pulsewarden.telemetry.fhir.FhirJson;
import io.pulsewarden.telemetry.keys.BaseKeys;
import io.pulsewarden.telemetry.keys.Sealing;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Puts the patients' part together. */
@ApplicationScoped
class PatientConfiguration {

  @Produces
  @Singleton
  Demographics demographics(Sealing sealing, FhirJson json) {
    return new Demographics(sealing, json);
  }

  @Produces
  @Singleton
  BlindIndex indexes(BaseKeys keys) {
    return new BlindIndex(keys);
  }

  @Produces
  @Singleton
  PatientRegistration registration(
      PatientStore store,
      Demographics demographics,
      BlindIndex indexes,
      AccessEvent events,
      Clock clock) {
    return new PatientRegistration(store, demographics, indexes, events, clock);
  }
}
