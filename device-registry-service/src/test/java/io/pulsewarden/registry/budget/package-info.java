@NullMarked
package io.pulsewarden.registry.budget;

import org.jspecify.annotations.NullMarked;
