/** Keys, certificate requests and enrolment by EST (RFC 7030). */
@NullMarked
package io.pulsewarden.simulator.identity;

import org.jspecify.annotations.NullMarked;
