/**
 * An hour of sealed blocks becomes one row, a tenth of the size, and nobody who reads, proves,
 * moves or erases notices. docs/compaction.md.
 */
@NullMarked
package io.pulsewarden.telemetry.compaction;

import org.jspecify.annotations.NullMarked;
