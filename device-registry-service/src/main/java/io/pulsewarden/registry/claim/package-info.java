/** One-time claims, which a device's first enrolment proves itself with. */
@NullMarked
package io.pulsewarden.registry.claim;

import org.jspecify.annotations.NullMarked;
