@NullMarked
package io.pulsewarden.registry.revocation;

import org.jspecify.annotations.NullMarked;
