@NullMarked
package io.pulsewarden.registry.gateway;

import org.jspecify.annotations.NullMarked;
