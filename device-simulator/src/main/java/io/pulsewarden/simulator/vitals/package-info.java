/** Vital signs out of a model of a resting adult. */
@NullMarked
package io.pulsewarden.simulator.vitals;

import org.jspecify.annotations.NullMarked;
