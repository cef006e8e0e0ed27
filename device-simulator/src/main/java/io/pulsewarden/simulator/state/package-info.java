/** What a simulator remembers between two starts: its devices, their keys and certificates. */
@NullMarked
package io.pulsewarden.simulator.state;

import org.jspecify.annotations.NullMarked;
