/** Key bytes in a type of their own. */
@NullMarked
package io.pulsewarden.secret;

import org.jspecify.annotations.NullMarked;
