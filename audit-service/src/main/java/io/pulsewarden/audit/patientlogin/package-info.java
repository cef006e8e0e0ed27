/**
 * Which login is which patient's: said by a privacy officer, never by a claim of the login's own.
 */
@NullMarked
package io.pulsewarden.audit.patientlogin;

import org.jspecify.annotations.NullMarked;
