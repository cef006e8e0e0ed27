/** What devices are set to: for a model, and for one device. */
@NullMarked
package io.pulsewarden.registry.configuration;

import org.jspecify.annotations.NullMarked;
