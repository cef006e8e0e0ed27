/** Connections that are held, on a real server. */
@NullMarked
package io.pulsewarden.borrowed;

import org.jspecify.annotations.NullMarked;
