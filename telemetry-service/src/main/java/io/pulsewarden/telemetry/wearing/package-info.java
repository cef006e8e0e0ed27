/**
 * Whose a stored reading is, looked at again when the registry says so: what was held is released,
 * what went to the wrong patient is taken from them and sealed under the right one.
 * docs/wearing.md.
 */
@NullMarked
package io.pulsewarden.telemetry.wearing;

import org.jspecify.annotations.NullMarked;
