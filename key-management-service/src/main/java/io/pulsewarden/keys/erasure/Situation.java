package io.pulsewarden.keys.erasure;

import java.time.Instant;
import java.util.Optional;

/**
 * What there is of a patient, seen under the patient's lock.
 *
 * @param erasure the newest, called off or not
 * @param known whether the organisation ever made a key for the patient
 * @param held whether a legal hold is in force
 * @param now the database's time, which no process's wrong clock changes
 */
record Situation(Optional<Erasure> erasure, boolean known, boolean held, Instant now) {}
