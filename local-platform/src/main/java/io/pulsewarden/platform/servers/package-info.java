/** Where the build puts the servers that the platform starts. */
@NullMarked
package io.pulsewarden.platform.servers;

import org.jspecify.annotations.NullMarked;
