/** Subject keys: made on demand, stored wrapped, unwrapped in memory for minutes. */
@NullMarked
package io.pulsewarden.keys.subject;

import org.jspecify.annotations.NullMarked;
