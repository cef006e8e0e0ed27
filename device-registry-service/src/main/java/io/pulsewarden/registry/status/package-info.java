/** What others ask about certificates: OCSP answers and revocation lists, without a token. */
@NullMarked
package io.pulsewarden.registry.status;

import org.jspecify.annotations.NullMarked;
