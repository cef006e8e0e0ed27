/** Tests. */
@NullMarked
package io.pulsewarden.logexport;

import org.jspecify.annotations.NullMarked;
