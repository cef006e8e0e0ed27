@NullMarked
package io.pulsewarden.registry.ca;

import org.jspecify.annotations.NullMarked;
