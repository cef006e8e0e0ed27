/** Tests of the outbox on real servers. */
@NullMarked
package io.pulsewarden.outbox;

import org.jspecify.annotations.NullMarked;
