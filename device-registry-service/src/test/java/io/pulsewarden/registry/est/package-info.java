@NullMarked
package io.pulsewarden.registry.est;

import org.jspecify.annotations.NullMarked;
