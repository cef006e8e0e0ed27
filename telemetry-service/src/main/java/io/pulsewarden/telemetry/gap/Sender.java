package io.pulsewarden.telemetry.gap;

import java.util.UUID;

/** Whose numbering it is. A device that moves to another organisation begins anew there. */
record Sender(UUID source, UUID organisation) {}
