/** Starts and stops the servers and services in order. */
@NullMarked
package io.pulsewarden.platform.launch;

import org.jspecify.annotations.NullMarked;
