/** What a certification request must be like before anything is signed. */
@NullMarked
package io.pulsewarden.registry.csr;

import org.jspecify.annotations.NullMarked;
