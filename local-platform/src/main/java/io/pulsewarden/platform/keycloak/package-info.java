/** Keycloak: built once, started on the platform's PostgreSQL, its realm made by the admin API. */
@NullMarked
package io.pulsewarden.platform.keycloak;

import org.jspecify.annotations.NullMarked;
