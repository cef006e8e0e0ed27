/** Base keys from key management, and sealing with them. */
@NullMarked
package io.pulsewarden.telemetry.keys;

import org.jspecify.annotations.NullMarked;
