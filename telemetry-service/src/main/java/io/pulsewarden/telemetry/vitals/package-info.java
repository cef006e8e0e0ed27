/**
 * What a vital sign is: docs/formats/vitals.md as code, and the bytes that are sealed and proved.
 */
@NullMarked
package io.pulsewarden.telemetry.vitals;

import org.jspecify.annotations.NullMarked;
