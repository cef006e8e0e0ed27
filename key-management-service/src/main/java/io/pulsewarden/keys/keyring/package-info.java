/** KEKs in a PKCS#12 file, for one machine. */
@NullMarked
package io.pulsewarden.keys.keyring;

import org.jspecify.annotations.NullMarked;
