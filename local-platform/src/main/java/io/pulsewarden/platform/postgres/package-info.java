/** One PostgreSQL server over TLS: a database, an owner and a service role for each service. */
@NullMarked
package io.pulsewarden.platform.postgres;

import org.jspecify.annotations.NullMarked;
