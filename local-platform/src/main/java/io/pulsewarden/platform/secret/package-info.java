/** Random passwords of one data folder. */
@NullMarked
package io.pulsewarden.platform.secret;

import org.jspecify.annotations.NullMarked;
