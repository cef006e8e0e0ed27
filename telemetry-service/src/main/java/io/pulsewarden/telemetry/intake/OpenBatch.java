package io.pulsewarden.telemetry.intake;

import io.pulsewarden.telemetry.vitals.VitalBlock;
import java.util.UUID;

/**
 * Readings of one wearer from one device, not sealed yet.
 *
 * @param records how many records of the pack they were made of
 */
record OpenBatch(UUID device, Wearer wearer, VitalBlock block, int records) {}
