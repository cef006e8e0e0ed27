/** Who is at the other end of a mutual TLS connection. */
@NullMarked
package io.pulsewarden.mtls;

import org.jspecify.annotations.NullMarked;
