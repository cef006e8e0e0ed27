/** What the registry knows of a device: its state, certificates, claims and assignments. */
@NullMarked
package io.pulsewarden.registry.device;

import org.jspecify.annotations.NullMarked;
