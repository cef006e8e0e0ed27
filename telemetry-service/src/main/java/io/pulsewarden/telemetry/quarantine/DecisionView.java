package io.pulsewarden.telemetry.quarantine;

/**
 * What became of a refused input.
 *
 * @param state {@code replayed} or {@code discarded}
 * @param accepted how many of its records are readings now
 * @param held of those, how many nobody wore the device for
 * @param rejected how many stand in quarantine anew
 */
public record DecisionView(String id, String state, int accepted, int held, int rejected) {}
