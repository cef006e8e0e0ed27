package io.pulsewarden.registry.assignment;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** When an assignment ends, as sent; now, if it is not said. */
@Schema(name = "AssignmentEnd")
record EndBody(@Nullable String until) {}
