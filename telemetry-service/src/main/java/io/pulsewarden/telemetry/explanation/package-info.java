/** What people wrote about why they did something: sealed here, by its salted hash in the log. */
@NullMarked
package io.pulsewarden.telemetry.explanation;

import org.jspecify.annotations.NullMarked;
