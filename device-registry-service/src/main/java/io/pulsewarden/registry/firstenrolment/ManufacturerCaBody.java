package io.pulsewarden.registry.firstenrolment;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A manufacturer's authority, as sent. */
@Schema(name = "ManufacturerCaRequest")
record ManufacturerCaBody(
    @Schema(description = "As in the descriptions of its devices", examples = "Acme")
        @Nullable String manufacturer,
    @Schema(description = "One CA certificate in PEM") @Nullable String certificate) {}
