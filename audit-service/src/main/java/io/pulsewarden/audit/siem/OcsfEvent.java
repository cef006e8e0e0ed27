package io.pulsewarden.audit.siem;

/**
 * An entry of the log as an OCSF event.
 *
 * @param index of the entry
 * @param leafHash hex
 * @param classUid of OCSF
 * @param severity of OCSF, 1 (informational) to 5 (critical)
 * @param timeMs since 1970; 0 where it is not known
 * @param json one line, ASCII
 */
record OcsfEvent(
    long index, String leafHash, int classUid, int severity, long timeMs, String json) {}
