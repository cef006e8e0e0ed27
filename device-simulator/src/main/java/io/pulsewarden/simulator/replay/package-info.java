/** Replays a recorded patient, minute by minute, exactly as recorded. */
@NullMarked
package io.pulsewarden.simulator.replay;

import org.jspecify.annotations.NullMarked;
