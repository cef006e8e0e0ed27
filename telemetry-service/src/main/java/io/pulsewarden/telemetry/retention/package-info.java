/**
 * Monthly partitions of stored blocks: made ahead, and dropped past retention. docs/retention.md.
 */
@NullMarked
package io.pulsewarden.telemetry.retention;

import org.jspecify.annotations.NullMarked;
