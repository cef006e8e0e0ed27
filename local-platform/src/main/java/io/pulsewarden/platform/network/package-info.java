/** Networks that fail, for tests. */
@NullMarked
package io.pulsewarden.platform.network;

import org.jspecify.annotations.NullMarked;
