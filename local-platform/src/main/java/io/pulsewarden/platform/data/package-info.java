/** The one folder that holds everything of a platform on one machine. */
@NullMarked
package io.pulsewarden.platform.data;

import org.jspecify.annotations.NullMarked;
