/** Migrations, run as a database's owner. */
@NullMarked
package io.pulsewarden.platform.schema;

import org.jspecify.annotations.NullMarked;
