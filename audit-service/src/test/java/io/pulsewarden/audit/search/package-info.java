/** Tests. */
@NullMarked
package io.pulsewarden.audit.search;

import org.jspecify.annotations.NullMarked;
