/** The platform's public HTTP APIs as a person uses them. */
@NullMarked
package io.pulsewarden.platform.client;

import org.jspecify.annotations.NullMarked;
