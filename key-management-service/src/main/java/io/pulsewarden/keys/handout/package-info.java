/** Base keys: derived and handed out to those who may have them. */
@NullMarked
package io.pulsewarden.keys.handout;

import org.jspecify.annotations.NullMarked;
