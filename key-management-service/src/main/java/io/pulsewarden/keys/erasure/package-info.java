/** Destroying a patient's keys: asked for, confirmed, called off, done, and proved by a receipt. */
@NullMarked
package io.pulsewarden.keys.erasure;

import org.jspecify.annotations.NullMarked;
