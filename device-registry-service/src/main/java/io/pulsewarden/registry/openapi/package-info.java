/** What the OpenAPI document says beside the resources' own annotations: problems, examples. */
@NullMarked
package io.pulsewarden.registry.openapi;

import org.jspecify.annotations.NullMarked;
