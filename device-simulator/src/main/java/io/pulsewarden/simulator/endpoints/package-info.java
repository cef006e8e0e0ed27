/** Where the platform is, and whom to trust for it. */
@NullMarked
package io.pulsewarden.simulator.endpoints;

import org.jspecify.annotations.NullMarked;
