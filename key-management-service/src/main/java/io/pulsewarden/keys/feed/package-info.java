/** The heartbeat of the key-state feed. */
@NullMarked
package io.pulsewarden.keys.feed;

import org.jspecify.annotations.NullMarked;
