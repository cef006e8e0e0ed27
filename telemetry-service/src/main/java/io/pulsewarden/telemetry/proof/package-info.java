/** Receipts that can be checked without us: that a message was stored, and what it said. */
@NullMarked
package io.pulsewarden.telemetry.proof;

import org.jspecify.annotations.NullMarked;
