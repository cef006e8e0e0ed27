@NullMarked
package io.pulsewarden.registry.problem;

import org.jspecify.annotations.NullMarked;
