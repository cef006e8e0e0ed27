package io.pulsewarden.telemetry.intake;

import io.pulsewarden.telemetry.vitals.VitalBlock;
import java.util.UUID;

/**
 * Readings of one wearer from one device, not sealed yet.
 *
 * @param deviceVersion of the device's state by which the wearer was found; 0 if it is not known
 * @param records how many records of the pack they were made of
 */
record OpenBatch(UUID device, Wearer wearer, long deviceVersion, VitalBlock block, int records) {}
