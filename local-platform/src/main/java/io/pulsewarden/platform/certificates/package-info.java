/**
 * Certificates for one machine: one CA for services, another for what people and devices connect
 * to.
 */
@NullMarked
package io.pulsewarden.platform.certificates;

import org.jspecify.annotations.NullMarked;
