/** KEKs on a PKCS#11 token: an HSM, or SoftHSM. */
@NullMarked
package io.pulsewarden.keys.pkcs11;

import org.jspecify.annotations.NullMarked;
