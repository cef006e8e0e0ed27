/** New KEK versions, subject keys wrapped anew by them, and old versions destroyed gate by gate. */
@NullMarked
package io.pulsewarden.keys.rotation;

import org.jspecify.annotations.NullMarked;
