@NullMarked
package io.pulsewarden.registry.feed;

import org.jspecify.annotations.NullMarked;
