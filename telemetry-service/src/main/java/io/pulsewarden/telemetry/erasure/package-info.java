/** What goes with a patient's keys though it is not sealed under them. */
@NullMarked
package io.pulsewarden.telemetry.erasure;

import org.jspecify.annotations.NullMarked;
