/** Access tokens by OpenID Connect, as a demo user or by the device flow. */
@NullMarked
package io.pulsewarden.simulator.login;

import org.jspecify.annotations.NullMarked;
