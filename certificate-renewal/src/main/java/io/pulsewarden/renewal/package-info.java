/**
 * A service's certificate lives for hours; its process lives for weeks. What this package makes
 * opens each new connection to Kafka and PostgreSQL with the certificate that is on disk at that
 * moment. Connections that stand are left alone: neither server closes one because its certificate
 * has expired since.
 */
@org.jspecify.annotations.NullMarked
package io.pulsewarden.renewal;
