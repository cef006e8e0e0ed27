/** Patients, a nurse and devices to begin with. */
@NullMarked
package io.pulsewarden.platform.demo;

import org.jspecify.annotations.NullMarked;
