/** The port to whoever keeps the KEKs. */
@NullMarked
package io.pulsewarden.keys.kek;

import org.jspecify.annotations.NullMarked;
