/** This service's own audit trail. */
@NullMarked
package io.pulsewarden.audit.trail;

import org.jspecify.annotations.NullMarked;
