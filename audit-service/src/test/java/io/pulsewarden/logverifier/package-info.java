/** Tests of the log verifier. */
@NullMarked
package io.pulsewarden.logverifier;

import org.jspecify.annotations.NullMarked;
