/** Cursors that tell a client nothing and that it can't change. */
@NullMarked
package io.pulsewarden.telemetry.paging;

import org.jspecify.annotations.NullMarked;
