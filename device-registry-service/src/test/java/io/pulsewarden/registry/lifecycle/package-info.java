@NullMarked
package io.pulsewarden.registry.lifecycle;

import org.jspecify.annotations.NullMarked;
