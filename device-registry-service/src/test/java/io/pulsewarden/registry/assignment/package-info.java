@NullMarked
package io.pulsewarden.registry.assignment;

import org.jspecify.annotations.NullMarked;
