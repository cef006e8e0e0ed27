package io.pulsewarden.keys.erasure;

import java.time.Instant;

/** What the store of vitals deleted of a patient. */
record Purge(long blindIndexes, long heldBlocks, Instant at) {}
