package io.pulsewarden.telemetry.careteam;

import java.util.UUID;

/** A change to who belongs to a care team. Each can be repeated without harm. */
sealed interface Change {

  record AddMember(String userId) implements Change {}

  record RemoveMember(String userId) implements Change {}

  record AddPatient(UUID patient) implements Change {}

  record RemovePatient(UUID patient) implements Change {}
}
