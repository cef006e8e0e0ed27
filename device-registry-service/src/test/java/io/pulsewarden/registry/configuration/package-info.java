@NullMarked
package io.pulsewarden.registry.configuration;

import org.jspecify.annotations.NullMarked;
