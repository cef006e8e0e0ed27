/** Finding entries of the log. */
@NullMarked
package io.pulsewarden.audit.search;

import org.jspecify.annotations.NullMarked;
