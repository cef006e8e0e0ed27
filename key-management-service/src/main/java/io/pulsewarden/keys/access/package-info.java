/** Who calls, where the caller is a person. */
@NullMarked
package io.pulsewarden.keys.access;

import org.jspecify.annotations.NullMarked;
