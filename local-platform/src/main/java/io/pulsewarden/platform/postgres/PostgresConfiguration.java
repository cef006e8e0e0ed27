package io.pulsewarden.platform.postgres;

import io.pulsewarden.platform.process.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;

/** The server's own files: what it listens on, who may log in how, which certificate is whom. */
final class PostgresConfiguration {

  private static final String MAP = "services";

  private PostgresConfiguration() {}

  static void write(Path data, Path tls, int port) throws IOException {
    PrivateFiles.replace(data.resolve("postgresql.auto.conf"), "");
    PrivateFiles.replace(data.resolve("postgresql.conf"), server(tls, port));
    PrivateFiles.replace(data.resolve("pg_hba.conf"), logins());
    PrivateFiles.replace(data.resolve("pg_ident.conf"), identities());
  }

  /**
   * What is acknowledged is on disk: fsync and synchronous_commit. The log shows no statement and
   * no row, since either may hold what is sealed elsewhere. When a transaction was committed is
   * kept, so that a benchmark need not guess it.
   */
  private static String server(Path tls, int port) {
    return """
    listen_addresses = '127.0.0.1'
    port = %d
    unix_socket_directories = ''
    max_connections = 200
    shared_buffers = 128MB
    max_wal_size = 1GB
    fsync = on
    synchronous_commit = on
    full_page_writes = on
    track_commit_timestamp = on
    ssl = on
    ssl_min_protocol_version = 'TLSv1.3'
    ssl_cert_file = '%s'
    ssl_key_file = '%s'
    ssl_ca_file = '%s'
    password_encryption = 'scram-sha-256'
    log_timezone = 'UTC'
    timezone = 'UTC'
    lc_messages = 'C'
    log_statement = 'none'
    log_min_error_statement = 'panic'
    log_error_verbosity = 'terse'
    log_parameter_max_length = 0
    log_parameter_max_length_on_error = 0
    """
        .formatted(
            port,
            tls.resolve("server.crt"),
            tls.resolve("server.key"),
            tls.resolve("service-ca.crt"));
  }

  /** First match wins and nothing matches twice; whoever matches no line is refused. */
  private static String logins() {
    StringBuilder lines = new StringBuilder();
    lines.append("hostssl all postgres 127.0.0.1/32 scram-sha-256\n");
    for (ServiceDatabase one : ServiceDatabase.values()) {
      lines.append(
          "hostssl %s %s 127.0.0.1/32 scram-sha-256\n".formatted(one.database(), one.ownerRole()));
      one.serviceRole()
          .ifPresent(
              role ->
                  lines.append(
                      "hostssl %s %s 127.0.0.1/32 cert map=%s\n"
                          .formatted(one.database(), role, MAP)));
    }
    return lines.toString();
  }

  private static String identities() {
    StringBuilder lines = new StringBuilder();
    for (ServiceDatabase one : ServiceDatabase.values()) {
      one.service()
          .ifPresent(
              service ->
                  lines.append(
                      "%s \"%s\" %s\n".formatted(MAP, service, one.serviceRole().orElseThrow())));
    }
    return lines.toString();
  }
}
