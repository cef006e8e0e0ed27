@NullMarked
package io.pulsewarden.registry.testing;

import org.jspecify.annotations.NullMarked;
