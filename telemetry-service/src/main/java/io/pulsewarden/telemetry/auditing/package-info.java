/** What leaves, and what happened, in the audit log: the log first. */
@NullMarked
package io.pulsewarden.telemetry.auditing;

import org.jspecify.annotations.NullMarked;
