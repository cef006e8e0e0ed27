/** Root of the service: nothing but its packages. */
@NullMarked
package io.pulsewarden.audit;

import org.jspecify.annotations.NullMarked;
