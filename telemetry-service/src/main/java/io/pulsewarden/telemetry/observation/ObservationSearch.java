package io.pulsewarden.telemetry.observation;

import java.util.UUID;

/** A search as it was understood, one patient's. */
sealed interface ObservationSearch permits ObservationQuery, ChangeQuery {

  UUID patient();
}
