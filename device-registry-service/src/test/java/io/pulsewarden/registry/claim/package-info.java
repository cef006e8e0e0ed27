@NullMarked
package io.pulsewarden.registry.claim;

import org.jspecify.annotations.NullMarked;
