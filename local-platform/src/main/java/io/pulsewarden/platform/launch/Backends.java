package io.pulsewarden.platform.launch;

import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Passwords;
import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.data.Ports;
import io.pulsewarden.platform.kafka.KafkaServer;
import io.pulsewarden.platform.kafka.KafkaSettings;
import io.pulsewarden.platform.keycloak.KeycloakDistribution;
import io.pulsewarden.platform.keycloak.KeycloakRealm;
import io.pulsewarden.platform.keycloak.KeycloakServer;
import io.pulsewarden.platform.keycloak.KeycloakSettings;
import io.pulsewarden.platform.postgres.PostgresLogin;
import io.pulsewarden.platform.postgres.PostgresServer;
import io.pulsewarden.platform.postgres.PostgresSettings;
import io.pulsewarden.platform.postgres.ServiceDatabase;
import io.pulsewarden.platform.process.ProcessFiles;
import io.pulsewarden.platform.process.ServerProcess;
import io.pulsewarden.platform.schema.SchemaMigrator;
import io.pulsewarden.platform.servers.ServerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** PostgreSQL, Kafka and Keycloak of one folder; each is left alone if it runs already. */
record Backends(
    DataFolder data,
    Ports ports,
    Passwords passwords,
    ServiceTls tls,
    ServerFiles files,
    Progress progress) {

  void postgres() throws Exception {
    Path folder = data.of(Part.POSTGRES.key());
    ProcessFiles process = data.process(Part.POSTGRES.key());
    PostgresSettings settings = postgresSettings();
    Optional<PostgresServer> running = PostgresServer.adopt(folder, settings, process);
    PostgresServer server =
        running.isPresent()
            ? running.get()
            : progress.step(
                "PostgreSQL is ready", () -> PostgresServer.start(folder, settings, process));
    migrate(server);
  }

  void kafka() throws Exception {
    Path folder = data.of(Part.KAFKA.key());
    ProcessFiles process = data.process(Part.KAFKA.key());
    KafkaSettings settings =
        new KafkaSettings(
            ports.of(Port.KAFKA),
            ports.of(Port.KAFKA_CONTROLLER),
            tls.services(),
            ServiceTls.TRUST_DOMAIN);
    Optional<KafkaServer> running = KafkaServer.adopt(folder, settings, process);
    if (running.isEmpty()) {
      progress.step(
          "Kafka is ready",
          () -> {
            KafkaServer server = KafkaServer.start(folder, settings, process);
            server.createTopics();
            return server;
          });
    } else {
      running.get().createTopics();
    }
  }

  void prepareKeycloak() throws Exception {
    if (!KeycloakDistribution.isPrepared(files)) {
      progress.say("Keycloak is built for PostgreSQL, once for this checkout: half a minute");
      progress.step(
          "Keycloak is built",
          () -> KeycloakDistribution.prepare(files, data.process("keycloak-build")));
    }
  }

  void keycloak(PlatformHttp http) throws Exception {
    KeycloakSettings settings = keycloakSettings();
    ProcessFiles process = data.process(Part.KEYCLOAK.key());
    Optional<ServerProcess> running = process.running(Part.KEYCLOAK.key());
    if (running.isPresent()) {
      // An 'up' that was killed may have left it half-started.
      KeycloakServer.awaitReady(running.get(), settings, process);
    } else {
      tls.issueEdge(settings.tls(), Part.KEYCLOAK.key());
      KeycloakDistribution built =
          KeycloakDistribution.prepare(files, data.process("keycloak-build"));
      progress.step(
          "Keycloak is ready",
          () -> KeycloakServer.start(built, data.of(Part.KEYCLOAK.key()), settings, process));
    }
    new KeycloakRealm(http, settings).createIfMissing(passwords);
  }

  private void migrate(PostgresServer server) throws IOException {
    for (ServiceDatabase database : ServiceDatabase.values()) {
      Optional<String> service = database.service();
      if (service.isPresent()) {
        SchemaMigrator.migrate(server.owner(database), files.migrations(service.get()));
      }
    }
  }

  private PostgresSettings postgresSettings() {
    return new PostgresSettings(
        ports.of(Port.POSTGRES),
        tls.services(),
        ServiceTls.TRUST_DOMAIN,
        passwords.postgresSuperuser(),
        passwords.postgresOwner());
  }

  private KeycloakSettings keycloakSettings() {
    PostgresLogin database =
        PostgresServer.ownerLogin(
            data.of(Part.POSTGRES.key()), postgresSettings(), ServiceDatabase.KEYCLOAK);
    return new KeycloakSettings(
        ports.of(Port.KEYCLOAK),
        data.of(Part.KEYCLOAK.key()).resolve("tls"),
        database,
        passwords.keycloakAdmin(),
        data.temporary());
  }
}
