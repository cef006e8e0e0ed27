@NullMarked
package io.pulsewarden.registry.issuer;

import org.jspecify.annotations.NullMarked;
