@NullMarked
package io.pulsewarden.registry.csr;

import org.jspecify.annotations.NullMarked;
