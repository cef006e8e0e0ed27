/** Processes of their own session, known by pid and start time. */
@NullMarked
package io.pulsewarden.platform.process;

import org.jspecify.annotations.NullMarked;
