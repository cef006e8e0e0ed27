@NullMarked
package io.pulsewarden.registry.access;

import org.jspecify.annotations.NullMarked;
