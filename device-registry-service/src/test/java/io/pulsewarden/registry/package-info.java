@NullMarked
package io.pulsewarden.registry;

import org.jspecify.annotations.NullMarked;
