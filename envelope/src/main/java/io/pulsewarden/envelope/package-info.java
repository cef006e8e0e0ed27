/** The sealed envelope of docs/formats/envelope.md. */
@NullMarked
package io.pulsewarden.envelope;

import org.jspecify.annotations.NullMarked;
