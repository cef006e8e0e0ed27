/** The devices' certificate authority: the port, and the embedded implementation behind it. */
@NullMarked
package io.pulsewarden.registry.ca;

import org.jspecify.annotations.NullMarked;
