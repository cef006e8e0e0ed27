package io.pulsewarden.telemetry.erasure;

import io.pulsewarden.telemetry.devicefeed.Assignment;
import java.util.List;
import java.util.UUID;

/** Who wore what. Thread-safe. */
interface Wearings {

  /** Whether that is known now. */
  boolean known();

  /** The device's assignments. */
  List<Assignment> of(UUID device);
}
