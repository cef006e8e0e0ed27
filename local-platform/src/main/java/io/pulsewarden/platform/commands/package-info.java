/** The commands of the pulsewarden script. */
@NullMarked
package io.pulsewarden.platform.commands;

import org.jspecify.annotations.NullMarked;
