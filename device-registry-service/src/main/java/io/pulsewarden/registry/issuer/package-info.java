/** The authorities that sign device certificates, as administrators see and change them. */
@NullMarked
package io.pulsewarden.registry.issuer;

import org.jspecify.annotations.NullMarked;
