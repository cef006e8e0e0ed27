@NullMarked
package io.pulsewarden.registry.openapi;

import org.jspecify.annotations.NullMarked;
