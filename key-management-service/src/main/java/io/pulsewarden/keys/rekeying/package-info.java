/** A subject's next key: what is sealed from now on, while all that was sealed stays readable. */
@NullMarked
package io.pulsewarden.keys.rekeying;

import org.jspecify.annotations.NullMarked;
